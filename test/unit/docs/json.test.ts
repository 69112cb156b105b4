import { describe, expect, it } from '@jest/globals';
import type { AgentStatus, DestinationStatus, RefusalStatus } from '../../../src/control/index.js';
import type { Crossing, ServiceHistory } from '../../../src/history/index.js';
import {
  resultToJson,
  type MemberStatus,
  type ServiceResult,
  type ServiceStatus,
} from '../../../src/services/index.js';
import { read, sectionOf } from './pages.js';

// With every field that there is: the compiler says if one is missing here.
const refusal: Required<RefusalStatus> = { host: '', service: '', by: 'server', reason: '', since: 0 };
const destination: Required<DestinationStatus> = {
  name: '',
  waiting: 0,
  lastDelivery: 0,
  lastError: '',
  nextTry: 0,
  waitsForHeartbeat: true,
  refused: [refusal],
  server: '',
  detour: '',
};
const member: Required<MemberStatus> = { pid: 1, name: '', value: 0, limit: null, state: 'OK' };
const service: Required<ServiceStatus> = {
  description: '',
  resource: 'nofile',
  state: 'OK',
  since: 0,
  changes: 0,
  highest: null,
  thresholds: {
    warning: { range: '', lower: 0, upper: 0 },
    critical: { range: '', lower: 0, upper: 0 },
  },
  processes: 0,
  absence: '',
  members: [member],
};
const status: Required<AgentStatus> = {
  version: '',
  pid: 1,
  since: 0,
  attach: '',
  mayMiss: '',
  unproven: '',
  missedLooks: 0,
  lost: {},
  host: '',
  services: [service],
  destinations: [destination],
};
const result: Required<ServiceResult> = {
  host: '',
  service: '',
  state: 'OK',
  time: 0,
  cause: 'change',
  worsened: false,
  text: '',
  perfdata: [{ label: '', value: 0, unit: '', warning: '', critical: '', min: 0, max: 0 }],
  longOutput: [],
  worst: { process: { pid: 1, name: '' }, reading: { value: 0, limit: Infinity }, resource: 'nofile' },
  delay: 0,
};

const crossing: Required<Crossing> = { time: 0, state: 'OK', value: 0, limit: null, pid: 1, name: '' };
const history: Required<ServiceHistory> = { description: '', resource: 'nofile', crossings: [crossing] };

/** The names of all fields, those of objects within as well. */
function fieldsOf(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const names = Array.isArray(json) ? [] : Object.keys(json);
  return [...names, ...Object.values(json).flatMap(fieldsOf)];
}

describe('docs/json.md', () => {
  const page = read('docs/json.md');

  it('tells every field of the status', () => {
    const told = sectionOf(page, 'Status');
    expect(fieldsOf(status).filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });

  it('tells every field of a history', () => {
    const told = sectionOf(page, 'History');
    const fields = fieldsOf({ services: [history] });
    expect(fields.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });

  it('tells every field of a result', () => {
    const told = sectionOf(page, 'Results');
    expect(fieldsOf(resultToJson(result)).filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });

  it('has examples whose fields are told', () => {
    const blocks = (language: string) =>
      [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
        ([, text = '']) => text,
      );
    const lines = blocks('jsonl').flatMap((block) => block.trim().split('\n'));
    const examples = [...lines, ...blocks('json')];
    expect(examples.length).toBeGreaterThan(5);
    const names = examples.flatMap((text) => fieldsOf(JSON.parse(text)));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
