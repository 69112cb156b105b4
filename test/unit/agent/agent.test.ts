import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once, EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkOnce, prepareAgent, type Agent } from '../../../src/agent/index.js';
import { parseConfig } from '../../../src/config/index.js';
import { historyFile, readHistory } from '../../../src/history/index.js';
import { RlimitEventsError } from '../../../src/rlimit-events/index.js';
import { FakeKernel, holding } from './fake-kernel.js';
import { RecordingDestination } from './recording-destination.js';

/** This process, so that it can be looked for by its number. */
const PID = process.pid;

const service = (keys: object) => ({
  ...{ service: 'broker fds', process: { pid: PID }, resource: 'nofile', warning: 50, critical: 80 },
  ...keys,
});

const config = (keys: object = {}, file: object = {}) =>
  parseConfig(JSON.stringify({ services: [service(keys)], ...file }), '/nonexistent/file', {
    destinations: 'optional',
    hostName: () => 'gw01',
  });

let agents: Agent[] = [];

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  agents = [];
});

/** An agent over a fake kernel and a fake destination, and what is logged. */
function start(
  kernel: FakeKernel,
  {
    service,
    file,
    dryRun = true,
    before,
    onChange = () => undefined,
  }: {
    service?: object;
    file?: object;
    dryRun?: boolean;
    before?: Agent;
    onChange?: () => void;
  } = {},
) {
  const destination = new RecordingDestination();
  const logged: string[] = [];
  const lines = new EventEmitter();
  const prepared = prepareAgent(
    {
      config: config(service, file),
      destinations: [destination],
      log: (level, message) => {
        logged.push(`${level}: ${message}`);
        lines.emit('line');
      },
      dryRun,
      onChange,
    },
    kernel,
  );
  const agent = prepared.start(before);
  agents.push(agent);
  const told = () => logged.filter((line) => !line.startsWith('detail: '));
  const logs = async (part: string) => {
    while (!logged.some((line) => line.includes(part))) await once(lines, 'line');
  };
  return { agent, destination, logged, told, logs, descriptor: kernel.descriptor };
}

describe('an agent over a fake kernel', () => {
  it('opens the descriptor for what the configuration is about', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    const { destination } = start(kernel, { service: { resource: 'nproc' } });
    await destination.outputs(1);
    expect(kernel.options).toEqual({ resources: ['nproc'], groups: { nproc: 1 }, matches: [] });
  });

  it('opens the descriptor for as many groups as the configuration has selectors of each resource', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    const ofUser = (uid: number, resource: string) =>
      service({ service: `${resource} of ${uid}`, process: { user: uid }, resource });
    const users = Array.from({ length: 65 }, (_, index) => 100_000 + index);
    const again = { ...ofUser(100_000, 'nofile'), service: 'again' };
    const services = [...users.map((uid) => ofUser(uid, 'nofile')), again, ofUser(100_000, 'nproc')];
    const { destination } = start(kernel, { file: { services } });
    await destination.outputs(1);
    expect(kernel.options.groups).toEqual({ nofile: 65, nproc: 1 });
  });

  it('tells each change, one result for each', async () => {
    const { destination, descriptor } = start(new FakeKernel({ pid: PID, value: 10 }));
    await destination.outputs(1);
    for (const value of [51, 81, 10]) descriptor.becomes(PID, value);
    await destination.outputs(4);
    expect(destination.results.map(({ state }) => state)).toEqual(['OK', 'WARNING', 'CRITICAL', 'OK']);
  });

  it('begins with what is so now, and tells nothing after it that was so before', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    kernel.meanwhile = (descriptor) => {
      for (const value of [90, 60]) descriptor.becomesUntold(PID, value);
    };
    const { destination, descriptor } = start(kernel);
    descriptor.tellNow();
    descriptor.becomes(PID, 95);
    await destination.outputs(2);
    expect(destination.results.map(({ state }) => state)).toEqual(['WARNING', 'CRITICAL']);
  });

  it('asks no service for a result while its processes are read, whatever is told of others then', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 }, { pid: 1, value: 20 });
    kernel.matched = [1];
    const { agent, destination, descriptor } = start(kernel, {
      file: {
        services: [service({ service: 'pid' }), service({ service: 'user', process: { user: 'root' } })],
      },
    });
    kernel.meanwhile = () => {
      descriptor.becomesUntold(PID, 60);
    };
    await destination.outputs(3);
    expect(agent.status().services.map(({ state }) => state)).toEqual(['WARNING', 'OK']);
    expect(destination.results.map(({ service, state }) => `${service} ${state}`).toSorted()).toEqual([
      'pid OK',
      'pid WARNING',
      'user OK',
    ]);
  });

  describe('that outlives itself', () => {
    interface Starting {
      readonly directory?: string;
      readonly value?: number;
      readonly before?: Agent;
      readonly services?: readonly object[];
    }

    const states = (agent: Agent) => agent.crossings(9).map(({ state }) => state);
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'agent-'));
    });

    afterEach(async () => {
      await Promise.all(agents.map((agent) => agent.stop()));
      rmSync(folder, { recursive: true });
    });

    const startWithHistory = ({ directory = folder, value = 10, before, services }: Starting = {}) =>
      start(new FakeKernel({ pid: PID, value }), {
        file: { state_directory: directory, ...(services && { services }) },
        dryRun: false,
        ...(before && { before }),
      });

    it('hands a change over before it does anything else about it', async () => {
      const { agent, destination, descriptor } = startWithHistory();
      await destination.outputs(1);
      await nextTurn();
      descriptor.becomes(PID, 51);
      await destination.outputs(2);
      expect(states(agent)).toEqual(['OK']);
      await nextTurn();
      expect(states(agent)).toEqual(['OK', 'WARNING']);
    });

    it.each([true, false])(
      'forgets nothing that is read only when it is stopped (patient: %p)',
      async (isPatient) => {
        const { agent, destination, descriptor } = startWithHistory();
        await destination.outputs(1);
        await nextTurn();
        descriptor.isPatient = isPatient;
        for (const value of [51, 10]) descriptor.becomesUntold(PID, value);
        await agent.stop();
        const kept = readHistory(historyFile(folder)).flatMap(({ crossings }) => crossings);
        expect(kept.map(({ state }) => state)).toEqual(['OK', 'WARNING', 'OK']);
      },
    );

    it('forgets nothing of it if it is stopped meanwhile', async () => {
      const { agent, destination, descriptor } = startWithHistory();
      await destination.outputs(1);
      descriptor.becomes(PID, 51);
      await agent.stop();
      expect(states(agent)).toEqual(['OK', 'WARNING']);
    });

    it('tells what was before the clock was set by the time of day as it is now, as the status does', async () => {
      let set = -Date.now();
      const isTrue = Date.now;
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => isTrue() + set);
      try {
        const { agent, destination } = startWithHistory();
        await destination.outputs(1);
        await nextTurn();
        set = 0;
        const { since } = agent.status().services[0] ?? {};
        for (const time of [since, agent.crossings(1)[0]?.time])
          expect(time).toBeGreaterThan(isTrue() - 60_000);
      } finally {
        clock.mockRestore();
      }
    });

    describe('where nothing can be written', () => {
      let directory: string;

      beforeEach(() => {
        const file = join(folder, 'file');
        writeFileSync(file, '');
        directory = join(file, 'below');
      });

      const places = [
        ['', () => directory],
        [', and has another directory now', () => join(folder, 'other')],
      ] as const;

      it.each(places)(
        'has its history when it goes on where the one before it was stopped%s',
        async (_, next) => {
          const first = startWithHistory({ directory });
          await first.destination.outputs(1);
          first.descriptor.becomes(PID, 51);
          await first.destination.outputs(2);
          await first.agent.stop();
          const second = startWithHistory({ directory: next(), value: 51, before: first.agent });
          await second.destination.outputs(1);
          expect(states(second.agent)).toEqual(['OK', 'WARNING']);
          expect(second.logged.filter((line) => line.includes('cannot be read'))).toEqual([]);
        },
      );

      it.each(places)(
        'delivers then what has waited, also of a service that has another name now%s',
        async (_, at) => {
          const services = [service({}), service({ service: 'old name' })];
          const first = startWithHistory({ directory, services });
          first.destination.isReachable = false;
          await first.destination.outputs(2);
          await nextTurn();
          await first.agent.stop();
          const renamed = [service({}), service({ service: 'new name' })];
          const next = startWithHistory({ directory: at(), services: renamed, before: first.agent });
          await next.destination.outputs(3);
          expect(
            next.destination.results.map(({ service, delay }) => [service, Math.sign(delay ?? 0)]),
          ).toEqual(
            expect.arrayContaining([
              ['old name', 1],
              ['broker fds', 1],
              ['new name', expect.anything()],
            ]),
          );
        },
      );
    });
  });

  it('says when its status is another one: of a result, and of what became of it', async () => {
    let changes: (() => void)[] = [];
    const seen: unknown[] = [];
    const { agent, destination, descriptor } = start(new FakeKernel({ pid: PID, value: 10 }), {
      onChange: () => {
        for (const change of changes.splice(0)) change();
      },
    });
    await destination.outputs(1);
    await nextTurn();
    const changed = () => new Promise<void>((resolve) => (changes = [...changes, resolve]));
    let next = changed();
    descriptor.becomes(PID, 51);
    for (let count = 0; count < 2; count++) {
      await next;
      next = changed();
      const { services, destinations } = agent.status();
      seen.push([services[0]?.state, destinations[0]?.waiting]);
    }
    expect(seen).toEqual([
      ['WARNING', 1],
      ['WARNING', 0],
    ]);
  });

  it('has nothing left when it was abandoned before it began', () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    prepareAgent(
      { config: config(), destinations: [], log: () => undefined, dryRun: true },
      kernel,
    ).abandon();
    expect(kernel.descriptor.isOpen).toBe(false);
  });

  it('goes on where the one before it was stopped', async () => {
    const first = start(new FakeKernel({ pid: PID, value: 60 }));
    await first.destination.outputs(1);
    first.descriptor.misses(2);
    await first.agent.stop();
    const next = start(new FakeKernel({ pid: PID, value: 60 }), { before: first.agent });
    await next.destination.outputs(1);
    next.descriptor.misses(3);
    expect(next.agent.status()).toMatchObject({ missedLooks: 5, lost: { keptOut: 5 } });
    const said = [...first.logged, ...next.logged].flatMap(
      (line) => /running \d times/.exec(line)?.[0] ?? [],
    );
    expect(said).toEqual(['running 2 times', 'running 3 times']);
    expect(next.destination.results.map(({ state, cause }) => ({ state, cause }))).toEqual([
      { state: 'WARNING', cause: 'heartbeat' },
    ]);
  });

  it.each(['full', 'busy', 'exhausted'] as const)(
    'does not begin where whom the one before it watches cannot be watched for now (%s)',
    async (code) => {
      const services = [service({ process: { user: 100_000 } })];
      const kernel = new FakeKernel({ pid: PID, value: 60 });
      kernel.matched = [PID];
      const first = start(kernel, { file: { services } });
      await first.destination.outputs(1);
      // It finds nobody by itself: the child of one who has ended.
      const next = new FakeKernel({ pid: PID, value: 60 });
      next.meanwhile = () => {
        throw new RlimitEventsError(code, 'cannot be watched');
      };
      const prepared = prepareAgent(
        { config: config({}, { services }), destinations: [], log: () => undefined, dryRun: true },
        next,
      );
      try {
        expect(() => {
          prepared.adopt(first.agent);
        }).toThrow('cannot be watched');
      } finally {
        prepared.abandon();
      }
    },
  );

  it('goes on as well where there are more groups than the descriptor before it was opened for', async () => {
    const first = start(new FakeKernel({ pid: PID, value: 60 }), { file: { services: [service({})] } });
    await first.destination.outputs(1);
    await first.agent.stop();
    const kernel = new FakeKernel({ pid: PID, value: 60 });
    const others = Array.from({ length: 64 }, (_, index) =>
      service({ service: `of ${index}`, process: { user: 100_000 + index } }),
    );
    const next = start(kernel, { file: { services: [...others, service({})] }, before: first.agent });
    await next.destination.outputs(65);
    expect(kernel.options.groups).toEqual({ nofile: 65 });
    const results = next.destination.results.filter(({ state }) => state === 'WARNING');
    expect(results.map(({ state, cause }) => ({ state, cause }))).toEqual([
      { state: 'WARNING', cause: 'heartbeat' },
    ]);
  });
});

describe('what a process holds', () => {
  it('is told with what has become worse, beside what it held while all was well', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    kernel.held.set(PID, holding(10));
    const { agent, destination, descriptor } = start(kernel);
    await agent.settled;
    kernel.held.set(PID, holding(81));
    descriptor.becomes(PID, 81);
    const [, worse] = await destination.outputs(2);
    expect(worse?.split('\n').slice(1)).toEqual([
      'holds 81 descriptors, 71 more than when it was OK:',
      '/var/log/x.log ×81 (+71)',
    ]);
  });

  it('that takes long to gather comes after the bad news, in a result of its own', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    const { agent, destination, descriptor } = start(kernel);
    await agent.settled;
    const finish = kernel.takesLong(PID);
    descriptor.becomes(PID, 81);
    const [, worse] = await destination.outputs(2);
    expect(worse).not.toContain('holds');
    finish(holding(81));
    const [, , detail] = await destination.outputs(3);
    expect(detail).toContain('\nholds 81 descriptors:\n');
    expect(destination.results.map(({ state, cause }) => `${state} ${cause}`)).toEqual([
      'OK change',
      'CRITICAL change',
      'CRITICAL detail',
    ]);
  });

  it('is not told of a state that is over when it has been gathered', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    const { agent, destination, descriptor } = start(kernel);
    await agent.settled;
    const finish = kernel.takesLong(PID);
    descriptor.becomes(PID, 81);
    descriptor.becomes(PID, 10);
    await destination.outputs(3);
    finish(holding(81));
    await nextTurn();
    await nextTurn();
    expect(destination.results.map(({ state }) => state)).toEqual(['OK', 'CRITICAL', 'OK']);
  });

  it('is looked at after good news have gone out, not before', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 60 });
    kernel.held.set(PID, holding(60));
    const { agent, destination, descriptor } = start(kernel);
    await agent.settled;
    kernel.looks.length = 0;
    descriptor.becomes(PID, 10);
    await destination.outputs(2);
    expect(kernel.looks).toEqual([]);
    while (kernel.looks.length === 0) await nextTurn();
    expect(kernel.looks).toEqual([PID]);
  });

  it('is looked at of no resource but files', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 81 });
    const { agent, destination } = start(kernel, { service: { resource: 'nproc' } });
    await destination.outputs(1);
    await agent.settled;
    expect(kernel.looks).toEqual([]);
  });
});

describe('a remedy', () => {
  const service = { on_critical: [{ signal: 'SIGWINCH' }] };

  it('comes after the bad news, and is told by a result of its own', async () => {
    const { agent, destination, descriptor } = start(new FakeKernel({ pid: PID, value: 10 }), { service });
    await agent.settled;
    descriptor.becomes(PID, 81);
    const [, worse, detail] = await destination.outputs(3);
    expect(worse).not.toContain('would');
    expect(detail?.split('\n')).toContain(`would send SIGWINCH to broker[${PID}]`);
  });

  it('is not for a state that another agent has seen already', async () => {
    const first = start(new FakeKernel({ pid: PID, value: 81 }), { service });
    await first.destination.outputs(2);
    await first.agent.stop();
    // With another threshold it is another service, which begins anew.
    const next = start(new FakeKernel({ pid: PID, value: 81 }), {
      service: { ...service, warning: 40 },
      before: first.agent,
    });
    await next.agent.settled;
    next.descriptor.becomes(PID, 10);
    await next.destination.outputs(2);
    expect(next.destination.results.map(({ state, cause }) => `${state} ${cause}`)).toEqual([
      'CRITICAL change',
      'OK change',
    ]);
  });

  it('is not for a process that the kernel does not watch any more', async () => {
    const { agent, destination, descriptor } = start(new FakeKernel({ pid: PID, value: 10 }), {
      service,
      dryRun: false,
    });
    await agent.settled;
    descriptor.loses(PID);
    descriptor.becomes(PID, 81);
    const [, , detail] = await destination.outputs(3);
    expect(detail).toContain('not sent');
  });
});

describe('a reload while something is done about a state', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'agent-'));
  });

  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.stop(true)));
    rmSync(folder, { recursive: true });
  });

  /** A program that ends after finish(), and what is done after it. */
  const withActions = (...after: object[]) => ({
    on_critical: [
      { run: ['/bin/sh', '-c', 'while [ -d "$0" ] && ! [ -e "$0/finish" ]; do sleep 0.02; done', folder] },
      ...after,
    ],
  });
  const finish = () => {
    writeFileSync(join(folder, 'finish'), '');
  };
  const twoActions = () => withActions({ signal: 'SIGWINCH' });

  /** An agent whose service is CRITICAL while the program runs. */
  const startCritical = async (service: object) => {
    const first = start(new FakeKernel({ pid: PID, value: 10 }), { service, dryRun: false });
    await first.agent.settled;
    first.descriptor.becomes(PID, 81);
    await first.destination.outputs(2);
    return first;
  };
  const startAfter = (before: Agent, service: object, file: object = {}) =>
    start(new FakeKernel({ pid: PID, value: 81 }), { service, file, dryRun: false, before });

  it('goes on with what is being done about a state, and tells what has come of it', async () => {
    const first = await startCritical(twoActions());
    await first.agent.stop();
    const next = startAfter(first.agent, twoActions());
    finish();
    const [, detail] = await next.destination.outputs(2);
    expect(detail?.split('\n')).toEqual(
      expect.arrayContaining(['ran /bin/sh', `sent SIGWINCH to broker[${PID}]`]),
    );
    expect(next.destination.results.map(({ state, cause }) => `${state} ${cause}`)).toEqual([
      'CRITICAL heartbeat',
      'CRITICAL detail',
    ]);
  });

  it('goes on with it through another reload', async () => {
    const first = await startCritical(twoActions());
    await first.agent.stop();
    const second = startAfter(first.agent, twoActions());
    await second.agent.stop();
    const third = startAfter(second.agent, twoActions());
    finish();
    const [, detail] = await third.destination.outputs(2);
    expect(detail?.split('\n')).toEqual(
      expect.arrayContaining(['ran /bin/sh', `sent SIGWINCH to broker[${PID}]`]),
    );
    expect(second.destination.results.map(({ cause }) => cause)).not.toContain('detail');
  });

  it('begins nothing about a state while neither agent watches', async () => {
    const service = { on_critical: [{ signal: 'SIGWINCH' }, { signal: 'SIGCONT' }] };
    const first = start(new FakeKernel({ pid: PID, value: 10 }), { service, dryRun: false });
    await first.agent.settled;
    first.descriptor.becomes(PID, 81);
    await first.agent.stop();
    const next = startAfter(first.agent, service);
    // What is newer takes the place of what waits.
    while (!next.destination.results.some(({ cause }) => cause === 'detail'))
      await next.destination.outputs(next.destination.results.length + 1);
    const detail = (await next.destination.outputs(0)).at(-1);
    expect(detail?.split('\n')).toEqual(
      expect.arrayContaining([`sent SIGWINCH to broker[${PID}]`, `sent SIGCONT to broker[${PID}]`]),
    );
  });

  it('gathers anew what the process holds, for the same result', async () => {
    const service = withActions();
    const kernel = new FakeKernel({ pid: PID, value: 10 });
    const first = start(kernel, { service, dryRun: false });
    await first.agent.settled;
    const gathered = kernel.takesLong(PID);
    first.descriptor.becomes(PID, 81);
    await first.destination.outputs(2);
    await first.agent.stop();
    const nextKernel = new FakeKernel({ pid: PID, value: 81 });
    nextKernel.held.set(PID, holding(81));
    const next = start(nextKernel, { service, dryRun: false, before: first.agent });
    gathered(holding(80));
    const [, explained] = await next.destination.outputs(2);
    expect(explained).toContain('\nholds 81 descriptors');
    finish();
    const [, , detail] = await next.destination.outputs(3);
    expect(detail).toContain('\nran /bin/sh\nholds 81 descriptors');
  });

  it('tells in the log what has come of it where the service is another one', async () => {
    const first = await startCritical(twoActions());
    await first.agent.stop();
    const next = startAfter(first.agent, { ...twoActions(), warning: 40 });
    finish();
    await next.logs('ran /bin/sh');
    expect(next.told()).toEqual([
      `notice: broker fds of gw01 became CRITICAL: ran /bin/sh; sent SIGWINCH to broker[${PID}]`,
    ]);
    expect(next.destination.results.map(({ cause }) => cause)).toEqual(['change']);
  });

  const NOT_SENT = `did not send SIGWINCH to broker[${PID}]: the file was changed meanwhile`;

  it('is the end of it where the service has other actions, and says so', async () => {
    const first = await startCritical(twoActions());
    await first.agent.stop();
    const next = startAfter(first.agent, withActions({ signal: 'SIGCONT' }));
    finish();
    const [, detail] = await next.destination.outputs(2);
    expect(detail?.split('\n')).toEqual(expect.arrayContaining(['ran /bin/sh', NOT_SENT]));
  });

  it('is the end of it where the service is not there, and says so', async () => {
    const first = await startCritical(twoActions());
    await first.agent.stop();
    const next = startAfter(first.agent, {}, { services: [service({ service: 'another' })] });
    finish();
    await next.logs(`ran /bin/sh; ${NOT_SENT}`);
    expect(next.destination.results.map(({ cause }) => cause)).toEqual(['change']);
  });

  it('is no end of the agent, which does not wait for it, and says so', async () => {
    const first = await startCritical(twoActions());
    await first.agent.stop(true);
    expect(first.told()).toEqual([
      'warning: broker fds of gw01 became CRITICAL, and what is done about it is not waited for: the agent ends',
    ]);
    finish();
  });
});

describe('one check', () => {
  it('delivers each service with what it holds, and is as bad as the worst', async () => {
    const kernel = new FakeKernel({ pid: PID, value: 81 });
    kernel.held.set(PID, Promise.resolve(holding(81)));
    const destination = new RecordingDestination();
    const { returnCode, output } = await checkOnce(
      { config: config(), destinations: [destination], log: () => undefined, dryRun: true, timeout: 10_000 },
      kernel,
    );
    expect(returnCode).toBe(2);
    expect(output).toMatch(/^FDS CRITICAL - /);
    expect(await destination.outputs(1)).toEqual([expect.stringContaining('\nholds 81 descriptors:\n')]);
    expect(kernel.descriptor.isOpen).toBe(false);
  });

  it.each([
    [undefined, false],
    ['auto', false],
    ['kprobe', true],
  ] as const)('attaches nothing unless a way is asked for: %s', async (attach, events) => {
    const kernel = new FakeKernel({ pid: PID, value: 1 });
    const options = { destinations: [], log: () => undefined, dryRun: true, timeout: 10_000 };
    await checkOnce({ config: config(), ...options, descriptor: { ...(attach && { attach }) } }, kernel);
    expect(kernel.options).toMatchObject({ events });
  });
});
