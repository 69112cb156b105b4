import { InvalidArgumentError, Option } from 'commander';
import type { AttachMode } from 'rlimit-events';

/** Written out, since the room that knows them takes long to load; the compiler knows if one is missing. */
const attachModes: Record<AttachMode | 'auto', true> = {
  auto: true,
  fentry: true,
  kprobe: true,
  tracepoint: true,
};

export function btfOption(): Option {
  return new Option('--btf <file>', 'the types of a kernel that was built without BTF, as btf makes it');
}

export function attachOption(): Option {
  return new Option('--attach <mode>', 'how to see what happens; auto: the cheapest that is exact').choices(
    Object.keys(attachModes),
  );
}

export function parsePid(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A process id is a whole number from 1 on.');
}

export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

/** In seconds. A timer of Node's cannot be longer than some 24 days. */
export function parseTimeout(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A timeout is a whole number of seconds from 1 to 999999.');
}

export function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
