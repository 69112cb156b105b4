/** The JSON Schema beside the checks: a real validator, and the rules that no JSON Schema can say. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { configJsonSchema, type ConfigError } from '../../../src/config/index.js';

const validator = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  // A program and any number of arguments.
  strictTuples: false,
  // A key that is required stands beside what requires it.
  strictRequired: false,
});
const validate = validator.compile(configJsonSchema());

/** What the JSON Schema says against a text, which is YAML; undefined: nothing. */
export function refusedBySchema(text: string): string | undefined {
  const value: unknown = parse(text, { stringKeys: true, logLevel: 'error' });
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  return `${first?.instancePath ?? ''} ${first?.message ?? ''}`;
}

/** Whether a part of the JSON Schema takes a value. */
export function isTakenByPart(part: object, value: unknown): boolean {
  return validator.compile(part)(value);
}

/** A rule that is checked, and not in the JSON Schema. */
export interface Unsaid {
  readonly rule: string;
  /** What the check says. */
  readonly problem: RegExp;
  readonly why: string;
}

const SIZES = 'JSON Schema counts characters, and the limit is in bytes';
const QUANTITIES = 'JSON Schema compares numbers, and this is a text with a unit';
const OTHERS = 'JSON Schema does not compare one value with another';

export const UNSAID: readonly Unsaid[] = [
  { rule: 'the bounds of a duration', problem: /is too (?:short|long); write at/, why: QUANTITIES },
  { rule: 'the least share', problem: /is not from \S+% to 100%/, why: QUANTITIES },
  {
    rule: 'a quantity of at most 15 digits',
    problem: /\(at most 15 digits\)|is not a (?:limit|share of the soft limit or (?:bytes|a time|a count))/,
    why: QUANTITIES,
  },
  { rule: 'a range from the smaller to the greater', problem: /starts above its end/, why: OTHERS },
  { rule: 'each service has a name of its own', problem: /is also the name of/, why: OTHERS },
  { rule: 'as many levels as the kernel takes', problem: /brings its processes to \d+ levels/, why: OTHERS },
  { rule: 'as many selectors as the kernel takes', problem: /has a process: that is the/, why: OTHERS },
  { rule: 'names that the destination carries', problem: /NSCA(?:-ng)? carries at most/, why: OTHERS },
  { rule: 'paths that Linux takes', problem: /; Linux takes at most/, why: SIZES },
  { rule: 'names that the kernel keeps', problem: /the kernel keeps 15 of a name/, why: SIZES },
  { rule: 'an identity that TLS takes', problem: /; TLS takes 256 bytes/, why: SIZES },
  {
    rule: 'the name of a unit that can have processes',
    problem: /is not the name of a unit|is a template, which never runs|has no processes, as a/,
    why: 'it depends on the suffix that is added',
  },
  {
    rule: 'a cgroup from the root of the hierarchy',
    problem: /begins at the mount|has \. or \.\. in it/,
    why: 'it is clearer to be told than a pattern that forbids names',
  },
  {
    rule: 'a server without its port, or a name that is no address',
    problem: /has a colon; write the port|is not a host name; write one/,
    why: 'what an IPv6 address is, is no pattern that one can read',
  },
  {
    rule: 'a whole URL',
    problem:
      /is not the URL of|is not an address|has more than a host and a port|has a user or a password in it/,
    why: 'it is for who parses URLs',
  },
  {
    rule: 'each server of a list once, however it is written',
    problem: /has a server twice/,
    why: 'with and without the name in its certificate, or a slash, it is the same',
  },
  {
    rule: "the machine's own name",
    problem: /^f\.yaml:\d+:\d+: host: /,
    why: 'it stands nowhere in the file',
  },
];

/** @throws Error unless a text that the check refuses is refused by the JSON Schema, too, or for a rule that it cannot say */
export function mustBeRefused(text: string, { message, path }: ConfigError): void {
  // It is not YAML, or not as it is read here: there is nothing that a schema would be asked about.
  if (path === undefined) return;
  if (refusedBySchema(text) === undefined && !UNSAID.some(({ problem }) => problem.test(message)))
    throw new Error(`the JSON Schema takes what is refused, and no rule says why: ${message}`);
}

/** @throws Error if the JSON Schema refuses a text that is valid */
export function mustBeTaken(text: string): void {
  const found = refusedBySchema(text);
  if (found !== undefined) throw new Error(`the JSON Schema refuses a valid file: ${found}`);
}
