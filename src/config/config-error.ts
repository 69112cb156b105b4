/** A place in the file; both count from 1, columns in UTF-16 code units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One line, `FILE:LINE:COLUMN: services[0].warning: what is wrong; what to do`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly file: string,
    /** Missing when the file could not be read at all. */
    readonly position: Position | undefined,
    problem: string,
  ) {
    const place = position === undefined ? '' : `:${position.line}:${position.column}`;
    super(onOneLine(`${file}${place}: ${problem}`));
  }
}

/** The file's name and what is quoted from it may hold anything. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}
