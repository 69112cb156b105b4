import { returnCode, type ServiceResult, type State } from '../services/index.js';

/** To be raised when older agents could not read a file. */
const VERSION = 1;

const STATES: readonly unknown[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] satisfies State[];
const CAUSES: readonly unknown[] = [
  'change',
  'report',
  'heartbeat',
  'detail',
] satisfies ServiceResult['cause'][];

/** JSON with a line for each result, so that an administrator can read it. */
export function encodeResults(results: readonly ServiceResult[]): string {
  const lines = results.map(({ host, service, output, state, time, cause, worsened }) =>
    JSON.stringify({ host, service, output, state, time, cause, worsened }),
  );
  return `{"version":${VERSION},"results":[\n${lines.join(',\n')}\n]}\n`;
}

type Saved = Omit<ServiceResult, 'returnCode' | 'worst'>;

/** Undefined for what `encodeResults` never wrote. */
export function decodeResults(text: string): ServiceResult[] | undefined {
  const file = parse(text);
  if (!isRecord(file) || file['version'] !== VERSION || !Array.isArray(file['results'])) return undefined;
  const results = file['results'].filter(isResult);
  return results.length < file['results'].length ? undefined : results.map(resultOf);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isResult(value: unknown): value is Saved {
  return (
    isRecord(value) &&
    [value['host'], value['service'], value['output']].every((text) => typeof text === 'string') &&
    STATES.includes(value['state']) &&
    CAUSES.includes(value['cause']) &&
    Number.isFinite(value['time']) &&
    typeof value['worsened'] === 'boolean'
  );
}

const resultOf = ({ host, service, output, state, time, cause, worsened }: Saved): ServiceResult => ({
  host,
  service,
  returnCode: returnCode(state),
  output,
  state,
  time,
  cause,
  worsened,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
