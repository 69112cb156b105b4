import { CST, Lexer } from 'yaml';

/** No configuration comes near it, not even one indented by eight. */
const deepest = 100;

/**
 * The offset at which the text nests deeper than the parser may be asked to follow; undefined if nowhere.
 *
 * The parser recurses and the lexer does not. Out of stack, yaml 2.9.1 mostly reports an error, but at an
 * unlucky depth V8 ends the process instead ("RegExpCompiler Allocation failed"), which nothing can catch.
 */
export function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let brackets = 0;
  let columns = 0;
  let previous: CST.TokenType | null = 'newline';
  for (const source of new Lexer().lex(text)) {
    const type = CST.tokenType(source);
    if (type === 'flow-map-start' || type === 'flow-seq-start') brackets++;
    if (type === 'flow-map-end' || type === 'flow-seq-end') brackets--;
    if (type === 'newline') columns = 0;
    if (type === 'space' && previous === 'newline') columns += source.length;
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') columns++;
    if (type !== 'space' && type !== 'comment' && brackets + columns > deepest) return offset;
    if (!isMark(type)) offset += source.length;
    previous = type;
  }
  return undefined;
}

/** Tokens by which the lexer tells the parser something, and which are no part of the text. */
function isMark(type: CST.TokenType | null): boolean {
  return type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end';
}
