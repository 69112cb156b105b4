import { isSameBoot, isSavedAt, savedNow, setSince } from '../files/index.js';
import { RESOURCES, type Resource } from '../resources/index.js';
import { severity, type State } from '../services/index.js';
import type { Crossing, KeptHistory, ServiceHistory } from './crossing.js';

/** To be raised when older programs could not read a file. */
const VERSION = 1;

/** Crossings of a service, and bytes of all: the oldest go first. */
export const MOST = 50;
export const LONGEST = 256 << 10;

/** What is in the file. */
export interface HistoryContent {
  readonly services: readonly KeptHistory[];
  /** The arrival from which on they are of this boot: if the time of day is set, it was another one then, too. */
  readonly firstOfBoot: number;
}

/** JSON with a line for each crossing, so that an administrator can read it. */
export function encodeHistory(
  { services, firstOfBoot }: HistoryContent,
  saved = savedNow(),
  longest = LONGEST,
): string {
  const lines = services.map(({ crossings }) => crossings.map((each) => JSON.stringify(each)));
  const kept = newest(services, lines, longest);
  const texts = services.map(({ description, resource }, index) => {
    const all = lines[index] ?? [];
    const shown = all.slice(all.length - (kept[index] ?? 0));
    return `{"description":${JSON.stringify(description)},"resource":"${resource}","crossings":[\n${shown.join(',\n')}\n]}`;
  });
  return `{"version":${VERSION},"saved":${JSON.stringify(saved)},"firstOfBoot":${firstOfBoot},"services":[\n${texts.join(',\n')}\n]}\n`;
}

/** How many of each service have room: the newest of all come first. */
function newest(
  services: readonly KeptHistory[],
  lines: readonly (readonly string[])[],
  longest: number,
): number[] {
  const all = services
    .flatMap(({ crossings }, service) =>
      crossings.map(({ arrival }, index) => ({
        ...{ arrival, service, index },
        bytes: bytesOf(lines[service]?.[index]),
      })),
    )
    .sort((a, b) => b.arrival - a.arrival || b.index - a.index);
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

/** Undefined for what no `encodeHistory` ever wrote. The times are as the time of day is now. */
export function decodeHistory(text: string, now = savedNow()): HistoryContent | undefined {
  const file = parse(text);
  if (!isRecord(file) || file['version'] !== VERSION || !Array.isArray(file['services'])) return undefined;
  const services: unknown[] = file['services'];
  if (!services.every(isServiceHistory)) return undefined;
  const { saved, firstOfBoot: first } = file;
  const isOfBoot = isSavedAt(saved) && isSameBoot(saved, now) && typeof first === 'number';
  const [firstOfBoot, shift] = isOfBoot ? [first, setSince(saved, now) ?? 0] : [Infinity, 0];
  const ordered = services.map((each) => inOrder(each, isSavedAt(saved)));
  const end = 1 + Math.max(-1, ...ordered.map(({ crossings }) => crossings.at(-1)?.arrival ?? -1));
  return {
    services: ordered.map((service) => ({
      ...service,
      crossings: service.crossings.map(({ time, arrival, ...rest }) => ({
        ...{ time: arrival < firstOfBoot ? time : time + shift, ...rest },
        arrival: arrival - end,
      })),
    })),
    firstOfBoot: Math.min(0, firstOfBoot - end),
  };
}

/** In a file of an older version, by its times, as far as they go forward. */
function inOrder({ crossings, ...service }: ReadHistory, isNumbered: boolean): KeptHistory {
  let last = -Infinity;
  return {
    ...service,
    crossings: crossings.map((crossing) => {
      last = Math.max(last, (isNumbered ? crossing.arrival : undefined) ?? crossing.time);
      return { ...crossing, arrival: last };
    }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As it is in the file: an older version numbered nothing. */
interface ReadHistory extends Omit<ServiceHistory, 'crossings'> {
  readonly crossings: readonly (Crossing & { readonly arrival?: number })[];
}

function isServiceHistory(json: unknown): json is ReadHistory {
  if (!isRecord(json)) return false;
  const { description, resource, crossings } = json;
  return (
    typeof description === 'string' &&
    isResource(resource) &&
    Array.isArray(crossings) &&
    crossings.every(isCrossing)
  );
}

function isCrossing(json: unknown): json is ReadHistory['crossings'][number] {
  if (!isRecord(json)) return false;
  const { time, state, value, limit, pid, name, arrival } = json;
  const isOfProcess =
    Number.isFinite(value) &&
    (limit === null || Number.isFinite(limit)) &&
    Number.isFinite(pid) &&
    typeof name === 'string';
  const isNumbered = arrival === undefined || Number.isFinite(arrival);
  return Number.isFinite(time) && isState(state) && (value === undefined || isOfProcess) && isNumbered;
}

const isState = (value: unknown): value is State =>
  typeof value === 'string' && Object.hasOwn(severity, value);
const isResource = (value: unknown): value is Resource =>
  typeof value === 'string' && Object.hasOwn(RESOURCES, value);

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null;
}
