import { dirname } from 'node:path';
import type { z } from 'zod';
import type { Config } from './config.js';
import { ConfigError } from './config-error.js';
import { offsetOf, offsetOfKey, positionOf } from './offset.js';
import type { ConfigOptions } from './options.js';
import { configFile } from './schema/config-file.js';
import { TextProblem } from './text-problem.js';
import type { YamlText } from './yaml.js';
import { readYaml } from './yaml.js';

/**
 * The configuration that `text` means; `file` names it in errors, and its directory is where relative
 * paths start.
 *
 * @throws {ConfigError} about the first thing in the file that is wrong
 */
export function parseConfig(text: string, file: string, options: ConfigOptions = {}): Config {
  try {
    const yaml = readYaml(text);
    const result = configFile(dirname(file), options).safeParse(yaml.value);
    if (result.success) return result.data;
    throw problemOf(firstOf(result.error.issues, yaml), yaml);
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error;
    const { offset, message: problem, path } = error;
    throw new ConfigError({ file, position: positionOf(text, offset), problem, ...(path && { path }) });
  }
}

type Issue = z.core.$ZodIssue;

/** A misspelt key may also be a missing one further up; the misspelling is what there is to correct. */
function firstOf(issues: readonly Issue[], yaml: YamlText): Issue {
  const rank = (issue: Issue) => (issue.code === 'unrecognized_keys' ? 0 : 1);
  const before = (a: Issue, b: Issue) => rank(a) - rank(b) || offsetOfIssue(a, yaml) - offsetOfIssue(b, yaml);
  return issues.reduce((first, next) => (before(next, first) < 0 ? next : first));
}

function offsetOfIssue(issue: Issue, { document }: YamlText): number {
  return issue.code === 'unrecognized_keys'
    ? offsetOfKey(document, issue.path, issue.keys[0] ?? '')
    : offsetOf(document, issue.path);
}

function problemOf(issue: Issue, yaml: YamlText): TextProblem {
  return new TextProblem(offsetOfIssue(issue, yaml), issue.message, issue.path);
}
