import { runCourse, type Absence, type Course, type Times } from '../fleet/course.js';
import { startIcinga, startNsca, startNscaNg, type Named } from '../fleet/servers.js';
import type { Effort, Measurement, Question, Target } from '../lib/question.js';
import { Workshop } from '../lib/workshop.js';

const SERVICES = 10;

const FULL: Times = { heartbeat: 60_000, steady: 120_000, restart: 5000, outage: 300_000 };
const QUICK: Times = { heartbeat: 10_000, steady: 20_000, restart: 2000, outage: 20_000 };

/** 9: what many gateways do to one server, and what becomes of their results. */
export const fleet: Question = {
  name: 'fleet',
  title: 'A fleet: many gateways, one server that is restarted and away for minutes',
  async answer({ quick, say }: Effort) {
    const times = quick ? QUICK : FULL;
    const gateways = Array.from({ length: quick ? 100 : 1000 }, (_, index) => gateway(index + 1));
    return Workshop.with(async (workshop) => {
      const servers = [
        await startNsca(workshop),
        await startNscaNg(workshop, gateways),
        await startIcinga(workshop, gateways),
      ];
      const courses = await Promise.all(
        servers.map((server) => runCourse(workshop, server, gateways, times, say)),
      );
      const named = servers.flatMap((server, index) => {
        const course = courses[index];
        return course ? [{ server, course }] : [];
      });
      return {
        measurements: named.flatMap(({ server, course }) => measurements(server.name, course)),
        notes: [
          `${gateways.length} gateways with ${SERVICES} services each and heartbeats of ${times.heartbeat / 1000} s, an outage of ${times.outage / 1000} s; all servers at the same time`,
          ...named.map(({ server, course }) => `${server.name}: ${notes(server.limits, course)}`),
        ],
      };
    });
  },
};

function gateway(number: number): Named {
  const host = `gw${String(number).padStart(4, '0')}`;
  return { host, services: Array.from({ length: SERVICES }, (_, index) => `${host} s${index}`) };
}

const NONE: Target = { text: 'none', met: ({ spread }) => spread.max === 0 };

function measurements(server: string, course: Course): Measurement[] {
  const group = `a fleet and ${server}`;
  const { beats, steady, lost, outOfOrder } = course;
  const one = (name: string, unit: Measurement['unit'], value: number) => ({
    group,
    name,
    unit,
    values: [value],
  });
  return [
    one('heartbeats of gateways', 'per second', beats),
    one('connections, steady', 'per second', steady.rate),
    one('connections, steady, the most in a second', 'connections', steady.peak),
    ...absence(group, 'after the restart', course.restart, beats),
    ...absence(group, 'after the outage', course.outage, beats),
    { ...one('results lost', 'results', lost), target: NONE },
    { ...one('results out of order', 'results', outOfOrder), target: NONE },
  ];
}

/** Of connections in one second, beside the rate at which they would come if each heartbeat made one. */
const MOST = 3;

function absence(
  group: string,
  when: string,
  { peak, untilTrue, untilHeard }: Absence,
  beats: number,
): Measurement[] {
  return [
    {
      group,
      name: `connections ${when}, the most in a second`,
      unit: 'connections',
      values: [peak],
      baseline: [beats],
      target: {
        text: `at most ${MOST} times the heartbeats`,
        met: ({ ratio }) => ratio !== undefined && ratio.median <= MOST,
      },
    },
    { group, name: `${when}, until every state is true`, unit: 's', values: [untilTrue] },
    { group, name: `${when}, until every service was heard of`, unit: 's', values: [untilHeard] },
  ];
}

function notes(limits: string, { open, error }: Course): string {
  const mend = error === undefined ? '' : `; an agent said: ${error}`;
  return `${open} connections open at once, at most; ${limits}${mend}`;
}
