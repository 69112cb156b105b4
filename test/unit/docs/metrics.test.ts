import { describe, expect, it } from '@jest/globals';
import { METRICS, prometheusText, type AgentStatus } from '../../../src/control/index.js';
import { RESOURCES, type Resource } from '../../../src/resources/index.js';
import { firstCells, read, sectionOf } from './pages.js';

const ends = { range: '', lower: 1, upper: 2 };
/** With a service of each resource, so that nothing is left out. */
const status: AgentStatus = {
  ...{ version: '', pid: 1, since: 0, attach: '', missedLooks: 0, lost: {}, host: '' },
  services: (Object.keys(RESOURCES) as Resource[]).map((resource) => ({
    ...{ description: resource, resource, state: 'OK', since: 0, changes: 0, highest: 1, processes: 1 },
    thresholds: { warning: ends, critical: ends },
    members: [{ pid: 1, name: '', value: 1, limit: 2, state: 'OK' }],
  })),
  destinations: [{ name: '', waiting: 0 }],
};

describe('docs/metrics.md', () => {
  const page = read('docs/metrics.md');
  const lines = prometheusText(status).trim().split('\n');
  const samples = lines.filter((line) => !line.startsWith('#'));

  it('tells every metric that is printed, and no other', () => {
    const told = [...firstCells(sectionOf(page, 'The metrics')).matchAll(/`(\w+)`/g)].map(([, name]) => name);
    const printed = [...new Set(samples.map((line) => /^\w+/.exec(line)?.[0]))];
    expect(told.toSorted()).toEqual(printed.toSorted());
  });

  it('tells every label that is printed, and no other', () => {
    for (const { name, labels } of METRICS) {
      const of = samples.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
      const printed = of.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, label]) => label));
      expect([name, [...new Set(printed)]]).toEqual([name, labels]);
    }
  });

  it('asks for metrics that there are', () => {
    const asked = [...sectionOf(page, 'Queries').matchAll(/check_rlimit_passive_\w+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.filter((name) => !METRICS.some((metric) => metric.name === name))).toEqual([]);
  });
});
