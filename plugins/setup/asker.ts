/** Who answers questions. */
export interface Asker {
  /** A line, without spaces around it. */
  text(question: string): Promise<string>;
  /** A line that nobody else sees. */
  secret(question: string): Promise<string>;
  tell(line: string): void;
}
