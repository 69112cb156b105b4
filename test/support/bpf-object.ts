import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The committed objects are this one's (scripts/build-bpf). */
const COMPILER = 'clang-14';
const hasCompiler = spawnSync(COMPILER, ['--version']).status === 0;

/**
 * What of an object has to be the same in one that is built of the same sources here: each byte, by the compiler of the
 * committed ones; by another, what the loader and the kernel know by its name, with its layout.
 */
export function whatMatters(object: string): unknown {
  return hasCompiler
    ? createHash('sha256').update(readFileSync(object)).digest('hex')
    : { sections: sectionsOf(object), names: namesOf(object) };
}

/** Programs, maps and initial values. In .rodata is what a compiler keeps there for itself. */
function sectionsOf(object: string): string[] {
  const lines = execFileSync('readelf', ['--section-headers', '--wide', object], { encoding: 'utf8' });
  return [...lines.matchAll(/\] (\S+) +PROGBITS/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== '.rodata')
    .sort();
}

interface Type {
  readonly kind: string;
  readonly name: string;
  readonly size?: number;
  readonly linkage?: string;
  readonly members?: readonly { readonly name: string; readonly bits_offset: number }[];
  readonly values?: readonly { readonly name: string; readonly val: number }[];
}

/** Functions, variables and types of the BTF. Their numbers and order are the compiler's. */
function namesOf(object: string): string[] {
  const text = execFileSync('bpftool', ['--json', 'btf', 'dump', 'file', object], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const { types } = JSON.parse(text) as { types: Type[] };
  return types
    .filter(({ kind, name }) => /^(?:STRUCT|UNION|ENUM|ENUM64|FUNC|VAR)$/.test(kind) && name !== '(anon)')
    .map(({ kind, name, size, linkage, members = [], values = [] }) =>
      [
        `${kind} ${name} ${size ?? linkage ?? ''}`,
        ...members.map((member) => `${member.name} at ${member.bits_offset}`),
        ...values.map((value) => `${value.name} = ${value.val}`),
      ].join('; '),
    )
    .sort();
}
