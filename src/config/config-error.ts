import { printable } from '../text/index.js';

/** A place in the file; both count from 1, columns in UTF-16 code units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The way from the file's root to a value: `['services', 0, 'warning']`. */
export type Path = readonly PropertyKey[];

export interface ConfigProblem {
  readonly file: string;
  /** Missing when the file could not be read at all. */
  readonly position?: Position;
  /** What it is about; missing where the text is wrong before it means anything. */
  readonly path?: Path;
  /** `what is wrong; what to do` */
  readonly problem: string;
}

/** One line, `FILE:LINE:COLUMN: services[0].warning: what is wrong; what to do`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly position: Position | undefined;
  readonly path: Path | undefined;
  readonly problem: string;

  constructor({ file, position, path, problem }: ConfigProblem) {
    const place = position === undefined ? '' : `:${position.line}:${position.column}`;
    const key = path === undefined ? '' : `${written(path)}: `;
    // The file's name and what is quoted from it may hold anything.
    super(printable(`${file}${place}: ${key}${problem}`));
    this.file = file;
    this.position = position;
    this.path = path;
    this.problem = printable(problem);
  }

  /** The path as people write it: `services[0].warning`. */
  get key(): string | undefined {
    return this.path && written(this.path);
  }
}

function written(path: Path): string {
  if (path.length === 0) return 'the file';
  const keys = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return keys.join('').replace(/^\./, '');
}
