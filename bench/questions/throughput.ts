import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RlimitEvents } from '../../src/rlimit-events/index.js';
import { NscaDaemon } from '../../rig/servers/nsca-daemon.js';
import { openFilesOf } from '../lib/open-files.js';
import { startAgent } from '../lib/agent.js';
import type { Effort, Question } from '../lib/question.js';
import { Workshop } from '../lib/workshop.js';

/** A process has at most 64 levels: so many services, each at a level of its own. */
const PROCESSES = 8;
const SERVICES_EACH = 60;

/** 7: how much goes through. */
export const throughput: Question = {
  name: 'throughput',
  title: 'How much goes through',
  async answer({ quick, say }: Effort) {
    const rounds = quick ? 2 : 15;
    const crossings: number[] = [];
    const batches: number[] = [];
    const loops: number[] = [];
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      crossings.push(await mostCrossings(quick ? 0.2 : 1));
      batches.push(await resultsInBatches());
      loops.push(await resultsBySendNsca(quick ? 10 : 100));
    }
    return {
      measurements: [
        {
          group: 'crossings taken without loss',
          name: 'one agent',
          unit: 'per second',
          values: crossings,
        },
        {
          group: 'results delivered to nsca',
          name: 'send_nsca for each',
          unit: 'per second',
          values: loops,
        },
        {
          group: 'results delivered to nsca',
          name: 'the agent',
          unit: 'per second',
          values: batches,
          baseline: loops,
        },
      ],
      notes: [],
    };
  },
};

/** The highest rate, of those a tenth apart, that is taken for so many seconds without a loss. */
async function mostCrossings(seconds: number): Promise<number> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    let lost = 0;
    let told = 0;
    const descriptor = new RlimitEvents((event) => {
      if (event.type === 'lost') lost += event.count;
      if (event.type === 'level') told += 1;
    });
    workshop.atEnd(() => {
      descriptor.close();
    });
    descriptor.watch(load.pid, {
      resource: 'nofile',
      levels: [{ kind: 'value', value: openFilesOf(load.pid) + 1 }],
    });
    let most = 0;
    for (let microseconds = 100; microseconds >= 1; microseconds = Math.floor(microseconds / 1.1)) {
      const count = Math.round((seconds * 1e6) / microseconds / 2) * 2;
      const toldBefore = told;
      const times = (await load.ask(`cross ${count} ${microseconds}`)).split(' ').map(Number);
      while (told - toldBefore + lost < count) await new Promise((resolve) => setTimeout(resolve, 10));
      if (lost > 0) break;
      // What it has really made, if the pace was too much for it.
      most = Math.max(most, count / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1e9));
    }
    return most;
  });
}

/** Services that all change at once, from the change to the last line in the dump file. */
async function resultsInBatches(): Promise<number> {
  return Workshop.with(async (workshop) => {
    const loads = await Promise.all(Array.from({ length: PROCESSES }, () => workshop.load('crossings')));
    const daemon = await NscaDaemon.start({ method: 0, password: 'unused' });
    workshop.atEnd(() => daemon.stop());
    const count = PROCESSES * SERVICES_EACH;
    const services = loads.flatMap(({ pid }, i) =>
      Array.from({ length: SERVICES_EACH }, (_, level) => ({
        name: `s${i}-${level}`,
        pid,
        above: openFilesOf(pid) + level,
      })),
    );
    startAgent(workshop, services, daemon);
    await daemon.until(count);
    const started = performance.now();
    await Promise.all(loads.map((load) => load.ask(`fill ${SERVICES_EACH}`)));
    await daemon.until(2 * count);
    return count / ((performance.now() - started) / 1000);
  });
}

/** What is done today: the program is started for each result. */
async function resultsBySendNsca(count: number): Promise<number> {
  return Workshop.with(async (workshop) => {
    const daemon = await NscaDaemon.start({ method: 0, password: 'unused' });
    workshop.atEnd(() => daemon.stop());
    const config = join(workshop.folder, 'send_nsca.cfg');
    writeFileSync(config, 'encryption_method=0\n');
    const started = performance.now();
    for (let i = 0; i < count; i++) {
      const parameters = ['-H', '127.0.0.1', '-p', String(daemon.port), '-c', config];
      const child = spawn('send_nsca', parameters, { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(`bench\tfds\t1\tFDS WARNING - ${i}\n`);
      await once(child, 'close');
    }
    await daemon.until(count);
    return count / ((performance.now() - started) / 1000);
  });
}
