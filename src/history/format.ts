import { RESOURCES, type Resource } from '../resources/index.js';
import { severity, type State } from '../services/index.js';
import type { Crossing, ServiceHistory } from './crossing.js';

/** To be raised when older programs could not read a file. */
const VERSION = 1;

/** Crossings of a service, and bytes of all: the oldest go first. */
export const MOST = 50;
export const LONGEST = 256 << 10;

/** JSON with a line for each crossing, so that an administrator can read it. */
export function encodeHistory(services: readonly ServiceHistory[], longest = LONGEST): string {
  const lines = services.map(({ crossings }) => crossings.map((each) => JSON.stringify(each)));
  const kept = newest(services, lines, longest);
  const texts = services.map(({ description, resource }, index) => {
    const all = lines[index] ?? [];
    const shown = all.slice(all.length - (kept[index] ?? 0));
    return `{"description":${JSON.stringify(description)},"resource":"${resource}","crossings":[\n${shown.join(',\n')}\n]}`;
  });
  return `{"version":${VERSION},"services":[\n${texts.join(',\n')}\n]}\n`;
}

/** How many of each service have room: the newest of all come first. */
function newest(
  services: readonly ServiceHistory[],
  lines: readonly (readonly string[])[],
  longest: number,
): number[] {
  const all = services
    .flatMap(({ crossings }, service) =>
      crossings.map(({ time }, index) => ({ time, service, index, bytes: bytesOf(lines[service]?.[index]) })),
    )
    .sort((a, b) => b.time - a.time || b.index - a.index);
  const kept = services.map(() => 0);
  let room = longest;
  for (const { service, bytes } of all) {
    room -= bytes;
    if (room < 0) break;
    kept[service] = (kept[service] ?? 0) + 1;
  }
  return kept;
}

const bytesOf = (line = '') => Buffer.byteLength(line) + 2;

/** Undefined for what no `encodeHistory` ever wrote. */
export function decodeHistory(text: string): ServiceHistory[] | undefined {
  const file = parse(text);
  if (!isRecord(file) || file['version'] !== VERSION || !Array.isArray(file['services'])) return undefined;
  const services: unknown[] = file['services'];
  return services.every(isServiceHistory) ? services : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isServiceHistory(json: unknown): json is ServiceHistory {
  if (!isRecord(json)) return false;
  const { description, resource, crossings } = json;
  return (
    typeof description === 'string' &&
    isResource(resource) &&
    Array.isArray(crossings) &&
    crossings.every(isCrossing)
  );
}

function isCrossing(json: unknown): json is Crossing {
  if (!isRecord(json)) return false;
  const { time, state, value, limit, pid, name } = json;
  const isOfProcess =
    Number.isFinite(value) &&
    (limit === null || Number.isFinite(limit)) &&
    Number.isFinite(pid) &&
    typeof name === 'string';
  return Number.isFinite(time) && isState(state) && (value === undefined || isOfProcess);
}

const isState = (value: unknown): value is State =>
  typeof value === 'string' && Object.hasOwn(severity, value);
const isResource = (value: unknown): value is Resource =>
  typeof value === 'string' && Object.hasOwn(RESOURCES, value);

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null;
}
