import { RESOURCES, type Resource } from '../resources/index.js';
import type { Perfdata } from './perfdata.js';
import { CAUSES, type ServiceResult, type Worst } from './result.js';
import { STATES } from './state.js';

/** A result as JSON keeps it, for programs and for the disk: fields may be added, and none changed. */
export type ResultJson = Omit<ServiceResult, 'worst'> & {
  readonly worst?: {
    readonly pid: number;
    readonly name: string;
    readonly resource: Resource;
    readonly value: number;
    /** The soft limit; null when unlimited. */
    readonly limit: number | null;
  };
};

export function resultToJson({ worst, ...rest }: ServiceResult): ResultJson {
  if (!worst) return rest;
  const { process, resource, reading } = worst;
  const limit = reading.limit === Infinity ? null : reading.limit;
  return {
    ...rest,
    worst: { pid: process.pid, name: process.name, resource, value: reading.value, limit },
  };
}

/** Undefined for what `resultToJson()` never gave. */
export function resultFromJson(json: unknown): ServiceResult | undefined {
  if (!isResult(json)) return undefined;
  const { host, service, state, time, cause, worsened, text, perfdata, longOutput, worst, delay } = json;
  return {
    ...{ host, service, state, time, cause, worsened, text, perfdata, longOutput },
    ...(worst && { worst: worstOf(worst) }),
    ...(delay !== undefined && { delay }),
  };
}

function worstOf({ pid, name, resource, value, limit }: NonNullable<ResultJson['worst']>): Worst {
  return { process: { pid, name }, reading: { value, limit: limit ?? Infinity }, resource };
}

function isResult(json: unknown): json is ResultJson {
  return (
    isRecord(json) &&
    [json['host'], json['service'], json['text']].every(isText) &&
    STATES.some((state) => state === json['state']) &&
    CAUSES.some((cause) => cause === json['cause']) &&
    Number.isFinite(json['time']) &&
    typeof json['worsened'] === 'boolean' &&
    isListOf(json['perfdata'], isPerfdata) &&
    isListOf(json['longOutput'], isText) &&
    isOptional(json['worst'], isWorst) &&
    isOptional(json['delay'], Number.isFinite)
  );
}

function isPerfdata(json: unknown): json is Perfdata {
  return (
    isRecord(json) &&
    [json['label'], json['unit']].every(isText) &&
    Number.isFinite(json['value']) &&
    [json['warning'], json['critical']].every((range) => isOptional(range, isText)) &&
    [json['min'], json['max']].every((end) => isOptional(end, Number.isFinite))
  );
}

function isWorst(json: unknown): boolean {
  return (
    isRecord(json) &&
    [json['pid'], json['value']].every(Number.isFinite) &&
    isText(json['name']) &&
    isText(json['resource']) &&
    Object.hasOwn(RESOURCES, json['resource']) &&
    (json['limit'] === null || Number.isFinite(json['limit']))
  );
}

function isText(json: unknown): json is string {
  return typeof json === 'string';
}

function isListOf(json: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(json) && json.every(is);
}

function isOptional(json: unknown, is: (value: unknown) => boolean): boolean {
  return json === undefined || is(json);
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null;
}
