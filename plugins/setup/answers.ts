import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { introductions, type Introduction, type Question } from '../../src/destinations/index.js';
import { Secret, SecretError } from '../../src/secrets/index.js';
import { printable } from '../../src/text/index.js';
import { CommandError } from '../exit-codes.js';
import { checkedHost } from '../options/load-config.js';
import type { Asker } from './asker.js';

/** What was answered on the command line. */
export interface SetupOptions {
  readonly type?: string;
  readonly server?: string;
  readonly keyFile?: string;
  readonly hostname?: string;
  /** Keys of the destination, each as `KEY=VALUE`. */
  readonly set?: readonly string[];
  readonly test?: boolean;
}

export interface Answers {
  readonly kind: Introduction;
  /** Undefined: that of the machine. */
  readonly host: string | undefined;
  /** The keys of the destination, as they stand in the file, without the type. */
  readonly written: Readonly<Record<string, unknown>>;
  /** A file that has to be made. */
  readonly secretFile: { readonly path: string; readonly secret: Secret } | undefined;
  readonly test: boolean;
}

/** Where answers come from. */
export interface Sources {
  readonly options: SetupOptions;
  /** Undefined: nobody can be asked. */
  readonly asker: Asker | undefined;
  /** A line of standard input. */
  readonly readLine: () => Promise<string>;
  /** That of the configuration file. */
  readonly directory: string;
}

/**
 * What is not on the command line is asked for; what has a default need not be said where nobody can be asked.
 *
 * @throws CommandError, SecretError: an answer that is wrong or missing
 */
export async function answersOf(sources: Sources): Promise<Answers> {
  const { options, asker, directory } = sources;
  const kind = await kindOf(sources);
  const written: Record<string, unknown> = given(kind, options, directory);
  const [where, ...others] = kind.questions;
  if (where) await answer(where, { kind, written }, sources);
  const host = await hostOf(sources);
  let secretFile: Answers['secretFile'];
  for (const question of others) {
    if (question.secret === undefined) await answer(question, { kind, written, host }, sources);
    else secretFile ??= await answerSecret(question, question.secret, written, sources);
  }
  if (options.keyFile !== undefined && !kind.questions.some(({ key, secret }) => secret && key in written))
    throw new CommandError(`--key-file: ${kind.type} has no use for one here; leave it out`);
  const [fault] = kind.faultsOf(written, directory);
  if (fault) throw new CommandError(`${optionOf(fault.key, kind)}: ${fault.problem}`);
  const test = options.test ?? (asker ? isYes(await asker.text('send a test result? [Y/n] ')) : false);
  return { kind, host, written, secretFile, test };
}

const isYes = (text: string) => !/^n/i.test(text);

async function kindOf({ options: { type }, asker }: Sources): Promise<Introduction> {
  const kinds = introductions();
  const named = (name: string) => kinds.find((kind) => kind.type === name);
  const types = kinds.map((kind) => kind.type).join(', ');
  if (type !== undefined || !asker) {
    const kind = named(type ?? '');
    if (kind) return kind;
    throw new CommandError(
      type === undefined
        ? `give --type, one of ${types}: where results go`
        : `--type: ${JSON.stringify(printable(type))} is none of ${types}`,
    );
  }
  asker.tell('Where do results go?');
  for (const kind of kinds) asker.tell(`  ${kind.type.padEnd(8)}  ${kind.about}`);
  const [usual] = kinds;
  return untilRight(asker, `kind of destination${usual ? ` [${usual.type}]` : ''}: `, (text) => {
    const kind = text === '' ? usual : named(text);
    if (kind) return kind;
    throw new CommandError(`it is one of ${types}`);
  });
}

/** What the options say of the destination. */
function given(kind: Introduction, options: SetupOptions, directory: string): Record<string, unknown> {
  const [where] = kind.questions;
  const written: Record<string, unknown> = {};
  for (const each of options.set ?? []) {
    const [, key, value] = /^([a-z_]+)=(.*)$/s.exec(each) ?? [];
    if (key === undefined || value === undefined)
      throw new CommandError('--set wants a key of the destination and its value, such as --set port=5667');
    written[key] = valueOf(kind, key, value);
  }
  if (options.server !== undefined && where) written[where.key] = valueOf(kind, where.key, options.server);
  const [fault] = kind.faultsOf(completed(kind, written), directory);
  if (fault) throw new CommandError(`${optionOf(fault.key, kind)}: ${fault.problem}`);
  return written;
}

/** With what is still to be asked for answered as its example is: what is wrong then is wrong for good. */
function completed(kind: Introduction, written: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const all = { ...written };
  for (const question of kind.questions)
    if (!isSaid(question, written)) all[question.key] = valueOf(kind, question.key, question.example ?? '');
  return all;
}

/** Text as it is; of all else what YAML makes of it, and of a list its words too. */
function valueOf(kind: Introduction, key: string, text: string): unknown {
  const taken = kind.takenBy(key);
  if (taken === 'text') return text;
  try {
    const value: unknown = parse(text);
    return typeof value === 'string' && taken === 'list' ? text.split(/\s+/) : value;
  } catch {
    throw new CommandError(`${optionOf(key, kind)}: the value cannot be read as YAML; put it in quotes`);
  }
}

/** What somebody writes on the command line for a key. */
function optionOf(key: string | undefined, { questions }: Introduction): string {
  if (key === undefined) return '--set';
  if (key === questions[0]?.key) return '--server';
  return questions.some((each) => each.key === key && each.secret) ? '--key-file' : `--set ${key}`;
}

const isSaid = ({ key, instead = [] }: Question, written: object) =>
  [key, ...instead].some((each) => each in written);

interface SoFar {
  readonly kind: Introduction;
  readonly written: Record<string, unknown>;
  readonly host?: string | undefined;
}

async function answer(question: Question, soFar: SoFar, { asker, directory }: Sources): Promise<void> {
  const { key, about, example, isRequired, mayBeHost } = question;
  const { kind, written, host } = soFar;
  if (isSaid(question, written)) return;
  const usual = mayBeHost ? (host ?? hostname()) : question.usual;
  if (!asker) {
    if (mayBeHost) written[key] = usual;
    else if (isRequired) throw new CommandError(`give ${optionOf(key, kind)}: ${about}${suchAs(example)}`);
    return;
  }
  const offered = usual === undefined ? (isRequired ? '' : ' [none]') : ` [${usual}]`;
  const value = await untilRight(asker, `${key} (${about}${suchAs(example)})${offered}: `, (text) => {
    if (text === '' && mayBeHost) return usual;
    if (text === '' && !isRequired) return undefined;
    const value = text === '' ? text : valueOf(kind, key, text);
    const [fault] = kind.faultsOf(completed(kind, { ...written, [key]: value }), directory);
    if (fault) throw new CommandError(`${key}: ${fault.problem}`);
    return value;
  });
  if (value !== undefined) written[key] = value;
}

function suchAs(example: string | undefined): string {
  return example === undefined ? '' : `, such as ${example}`;
}

async function hostOf({ options, asker }: Sources): Promise<string | undefined> {
  if (options.hostname !== undefined) return checkedHost(options.hostname, []);
  if (!asker) return undefined;
  return untilRight(asker, `host name on the server [${hostname()}]: `, (text) =>
    checkedHost(text === '' ? hostname() : text, []),
  );
}

/** Names the file of a secret, and returns it if it has to be made. */
async function answerSecret(
  question: Question,
  what: string,
  written: Record<string, unknown>,
  { options, asker, readLine, directory }: Sources,
): Promise<Answers['secretFile']> {
  const { key, example, isRequired } = question;
  if (isSaid(question, written)) return undefined;
  const { keyFile } = options;
  const path = keyFile === undefined ? join(directory, example ?? what) : placeOf(keyFile, directory);
  const name = dirname(path) === directory ? basename(path) : path;
  if (keyFile === undefined && !asker) {
    if (isRequired) throw new CommandError(`give --key-file: a file with the ${what}, or one to be made`);
    return undefined;
  }
  if (existsSync(path)) {
    Secret.fromFile(path, what);
    asker?.tell(`the ${what} is that in ${path}`);
    written[key] = name;
    return undefined;
  }
  const none = isRequired || keyFile !== undefined ? '' : `; nothing: no ${what}`;
  const secret = asker
    ? await secretFrom(asker, `${what} (not shown${none}): `, what, none !== '')
    : await piped(readLine, path, what);
  if (!secret) return undefined;
  written[key] = name;
  return { path, secret };
}

/** One that is there is named as a shell completes it. One that is to be made is beside the configuration file. */
function placeOf(keyFile: string, directory: string): string {
  const here = resolve(keyFile);
  return existsSync(here) ? here : resolve(directory, keyFile);
}

async function secretFrom(
  asker: Asker,
  question: string,
  what: string,
  mayBeNone: boolean,
): Promise<Secret | undefined> {
  for (;;) {
    const text = await asker.secret(question);
    if (text === '' && mayBeNone) return undefined;
    try {
      return Secret.fromText(text, what);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      asker.tell(error.message);
    }
  }
}

async function piped(readLine: () => Promise<string>, path: string, what: string): Promise<Secret> {
  const text = await readLine();
  if (text === '')
    throw new CommandError(
      `--key-file: ${path} is not there, and standard input has no ${what} to be put there; name a file that is there, or write the ${what} to standard input`,
    );
  return Secret.fromText(text, what);
}

/** Asks again until the answer is right. */
async function untilRight<T>(asker: Asker, question: string, read: (text: string) => T): Promise<T> {
  for (;;) {
    const text = await asker.text(question);
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      asker.tell(error.message.replace(/^--/, ''));
    }
  }
}
