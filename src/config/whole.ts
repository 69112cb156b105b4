import * as z from 'zod';
import { section, wants } from '../schema/index.js';
import type { Path } from './config-error.js';
import { ConfigError } from './config-error.js';
import { offsetOf, offsetOfKey, positionOf } from './offset.js';
import { DROP_INS, type Source } from './sources.js';
import { TextProblem } from './text-problem.js';
import { readYaml, type YamlText } from './yaml.js';

type Issue = z.core.$ZodIssue;

/** A file, and which of all services are in it. */
interface Part extends Source {
  readonly yaml: YamlText;
  readonly services: readonly unknown[];
  /** How many are in the files before. */
  readonly before: number;
}

/** A file and the drop-ins beside it as the one configuration that they are, and where in them everything stands. */
export class Whole {
  /** As one file that has all services would have it. */
  readonly value: unknown;
  readonly #main: Part;
  readonly #parts: readonly Part[];

  /** @throws ConfigError where a file is no YAML, or a drop-in has more than services */
  constructor([first, ...others]: readonly Source[]) {
    if (!first) throw new Error('a configuration has a file');
    const yaml = yamlOf(first);
    const own = servicesIn(yaml.value);
    this.#main = { ...first, yaml, services: own ?? [], before: 0 };
    const parts = [this.#main];
    for (const source of others) {
      const last = parts.at(-1) ?? this.#main;
      parts.push(dropIn(source, last.before + last.services.length));
    }
    this.#parts = parts;
    this.value =
      own && others.length > 0
        ? { ...(yaml.value as object), services: parts.flatMap(({ services }) => services) }
        : yaml.value;
  }

  /** How to tell of a service in an error that is about another one. */
  readonly nameOf = (index: number, from: number): string => {
    const there = this.#partOf(['services', index]);
    const name = `services[${index - there.before}]`;
    return there === this.#partOf(['services', from]) ? name : `${name} in ${there.file}`;
  };

  /** What comes first of what is wrong. */
  errorOf(issues: readonly Issue[]): ConfigError {
    // A misspelt key may also be a missing one further up; the misspelling is what there is to correct.
    const rank = ({ code }: Issue) => (code === 'unrecognized_keys' ? 0 : 1);
    const place = (issue: Issue) => this.#parts.indexOf(this.#partOf(issue.path));
    const before = (a: Issue, b: Issue) =>
      rank(a) - rank(b) || place(a) - place(b) || this.#offsetOf(a) - this.#offsetOf(b);
    const issue = issues.reduce((first, next) => (before(next, first) < 0 ? next : first));
    const part = this.#partOf(issue.path);
    return errorIn(part, new TextProblem(this.#offsetOf(issue), issue.message, localPath(part, issue.path)));
  }

  #partOf([key, index]: Path): Part {
    if (key !== 'services' || typeof index !== 'number') return this.#main;
    return (
      this.#parts.findLast(({ before, services }) => index >= before && services.length > 0) ?? this.#main
    );
  }

  #offsetOf(issue: Issue): number {
    const part = this.#partOf(issue.path);
    return offsetIn(part.yaml, { ...issue, path: [...localPath(part, issue.path)] });
  }
}

function localPath({ before }: Part, path: Path): Path {
  const [key, index, ...rest] = path;
  return key === 'services' && typeof index === 'number' ? [key, index - before, ...rest] : path;
}

function offsetIn({ document }: YamlText, issue: Issue): number {
  return issue.code === 'unrecognized_keys'
    ? offsetOfKey(document, issue.path, issue.keys[0] ?? '')
    : offsetOf(document, issue.path);
}

/** Undefined where what is written there cannot be added to, which the schema tells. */
function servicesIn(value: unknown): readonly unknown[] | undefined {
  if (!(value instanceof Object) || Array.isArray(value)) return undefined;
  const { services } = value as { services?: unknown };
  return Array.isArray(services) ? services : (services ?? null) === null ? [] : undefined;
}

const dropInFile = () =>
  section(`a file of ${DROP_INS}`, 'services:', {
    services: z.array(z.unknown(), wants('a list of services', '- service: broker fds')).default([]),
  });

/** One that has nothing but comments has no services. */
function dropIn(source: Source, before: number): Part {
  const yaml = yamlOf(source);
  const result = dropInFile().safeParse(yaml.value ?? {});
  const part = { ...source, yaml, services: result.data?.services ?? [], before };
  const [issue] = result.error?.issues ?? [];
  if (issue) throw errorIn(part, new TextProblem(offsetIn(yaml, issue), issue.message, issue.path));
  return part;
}

function yamlOf(source: Source): YamlText {
  try {
    return readYaml(source.text);
  } catch (error) {
    if (error instanceof TextProblem) throw errorIn(source, error);
    throw error;
  }
}

function errorIn({ file, text }: Source, { offset, message: problem, path }: TextProblem): ConfigError {
  return new ConfigError({ file, position: positionOf(text, offset), problem, ...(path && { path }) });
}
