import { describe, expect, it } from '@jest/globals';
import type { ServiceDefinition, ServiceResult, State } from '../../../src/services/index.js';
import {
  parseOutputLines,
  pluginOutput,
  resultFromJson,
  resultToJson,
  Service,
  severity,
  stateOf,
} from '../../../src/services/index.js';
import { forAll, type Random } from '../random.js';
import { randomDefinition } from './random-definition.js';
import { randomName } from './random-name.js';

/** What a service should be, found the slow way: from all that ever happened to it. */
class Model {
  readonly members = new Map<number, { name: string; value: number; limit: number }>();
  /** Every state that it was in, with the time when it was entered. */
  readonly history: { readonly state: State; readonly from: number; readonly isHeld: boolean }[] = [];
  readonly #definition: ServiceDefinition;

  constructor(definition: ServiceDefinition) {
    this.#definition = definition;
  }

  note(time: number): void {
    this.history.push({ state: this.present, from: time, isHeld: this.counted.length > 0 });
  }

  get counted() {
    const { leastLimit = 0 } = this.#definition;
    return [...this.members.values()].filter(({ limit }) => limit >= leastLimit);
  }

  get states(): State[] {
    return this.counted.map((reading) => stateOf(this.#definition.thresholds, reading));
  }

  get present(): State {
    return this.counted.length === 0 ? (this.#definition.absent ?? 'UNKNOWN') : worst(this.states);
  }

  /** The worst of the last `hold` milliseconds; to be without a process is not held. */
  heldAt(now: number): State {
    const { hold = 0 } = this.#definition;
    const states = this.history.filter(
      ({ isHeld }, index) => (this.history[index + 1]?.from ?? Infinity) + (isHeld ? hold : 0) > now,
    );
    return worst(states.map(({ state }) => state));
  }
}

const worst = (states: readonly State[]) =>
  states.reduce((one, other) => (severity[other] > severity[one] ? other : one), 'OK');

/** Something that can happen to a service, told to it and to the model. */
function happen(random: Random, service: Service, model: Model, time: number): void {
  const pid = random.int(1, 5);
  const reading = { value: random.int(0, 100), limit: random.pick([100, 100, 64, 0, Infinity]) };
  const member = model.members.get(pid);
  switch (random.pick(['put', 'put', 'put', 'rename', 'end', 'leave', 'replace'])) {
    case 'put':
      if (member) service.update(pid, reading, time);
      else service.add({ pid, name: randomName(random) }, reading, time);
      model.members.set(pid, { name: '', ...reading });
      break;
    case 'rename':
      service.rename({ pid, name: randomName(random) }, reading, time);
      if (member) model.members.set(pid, { name: '', ...reading });
      break;
    case 'end':
      service.remove(pid, time);
      model.members.delete(pid);
      break;
    case 'leave':
      service.leave(pid, time);
      model.members.delete(pid);
      break;
    case 'replace':
      model.members.clear();
      for (let pid = 1; pid <= random.int(0, 3); pid++) model.members.set(pid, { name: '', ...reading });
      service.replaceAll(
        [...model.members].map(([pid, { value, limit }]) => ({
          process: { pid, name: 'p' },
          reading: { value, limit },
        })),
        time,
      );
      break;
  }
  model.note(time);
}

/** One service, what happened to it at random, and what it told. */
class Story {
  readonly definition: ServiceDefinition;
  readonly service: Service;
  readonly model: Model;
  readonly told: { readonly result: ServiceResult; readonly now: number }[] = [];
  /** The states since the last result that was told. */
  #seen: State[] = [];
  now = 1_000_000;

  constructor(readonly random: Random) {
    this.definition = randomDefinition(random);
    this.service = new Service(this.definition);
    this.model = new Model(this.definition);
  }

  /** Events in one batch, and the question after it. */
  batch(): void {
    for (let count = this.random.int(1, this.random.pick([1, 1, 5])); count > 0; count--) {
      happen(this.random, this.service, this.model, this.now);
      this.#seen.push(this.model.present);
    }
    this.ask();
  }

  ask(): ServiceResult[] {
    const results: ServiceResult[] = [];
    for (let result = this.service.result(this.now); result; result = this.service.result(this.now)) {
      results.push(result);
      this.#check(result);
      this.told.push({ result, now: this.now });
      this.#seen = [];
    }
    // What is worse than what was told is told at once.
    expect(severity[this.state]).toBeGreaterThanOrEqual(severity[worst([...this.#seen, this.model.present])]);
    return results;
  }

  /** Goes on to this time by way of every wake that is asked for: each of them has a result, and none comes before. */
  until(time: number): void {
    for (let at = this.service.wakeAt; at !== undefined && at <= time; at = this.service.wakeAt) {
      expect(at).toBeGreaterThanOrEqual(this.now);
      this.now = at - 0.001 > this.now ? at - 0.001 : this.now;
      if (this.now < at) expect(this.ask()).toEqual([]);
      this.now = at;
      expect(this.ask()).not.toEqual([]);
    }
    this.now = time;
  }

  get state(): State {
    return this.told.at(-1)?.result.state ?? 'OK';
  }

  #check(result: ServiceResult): void {
    const before = this.told.at(-1)?.result;
    const { state, time, cause, worsened } = result;
    expect(time).toBeLessThanOrEqual(this.now);
    if (before) expect(time).toBeGreaterThanOrEqual(before.time);
    expect(cause).toBe(state === before?.state ? 'report' : 'change');
    expect(worsened).toBe(cause === 'change' && severity[state] > severity[before?.state ?? 'OK']);
    // Worse is what was so since the last result; else it is what is held now.
    if (worsened && before) expect(state).toBe(worst(this.#seen));
    else if (before) expect(state).toBe(this.model.heldAt(this.now));
    checkOutput(result);
  }
}

function checkOutput(result: ServiceResult): void {
  const { state, worst } = result;
  const output = pluginOutput(result);
  expect(parseOutputLines(output.split('\n'))).toEqual({
    text: result.text,
    perfdata: result.perfdata,
    longOutput: result.longOutput,
  });
  expect(resultFromJson(JSON.parse(JSON.stringify(resultToJson(result))))).toEqual(result);
  const [first = '', ...further] = output.split('\n');
  const [text = '', perfdata, ...more] = first.split('|');
  expect(Array.from(text.trimEnd()).length).toBeLessThanOrEqual(79);
  expect(text).toMatch(new RegExp(`^FDS ${state} - `));
  expect(more).toEqual([]);
  expect(output).not.toMatch(/(?!\n)\p{C}|[\u2028\u2029\\]/u);
  for (const line of further) expect(line).toMatch(/^(OK|WARNING|CRITICAL) - .*\[\d+\] has [^|]*$/);
  if (!worst) {
    expect(perfdata).toBeUndefined();
    return;
  }
  expect(text).toContain(`[${worst.process.pid}] has `);
  const [now, peak] = [
    ...(perfdata ?? '').matchAll(/(fds(?:_peak)?)=(\d+);([\d:@~]*);([\d:@~]*);0;(\d*)(?: |$)/g),
  ];
  expect(perfdata).toBe([now?.[0], peak?.[0]].join(''));
  expect([now?.[1], peak?.[1]]).toEqual(['fds', 'fds_peak']);
  expect(Number(peak?.[2])).toBeGreaterThanOrEqual(Number(now?.[2]));
  expect(text).toContain(`] has ${now?.[2]} of ${now?.[5] === '' ? 'unlimited' : now?.[5]} open files`);
}

describe('a service to which anything happens at any time', () => {
  it('is told truly, in time and not too often', () => {
    forAll(100, (random) => {
      const story = new Story(random);
      const pause = random.pick([0, 1, 20, 400]);
      for (let round = 0; round < 200; round++) {
        story.until(story.now + random.int(0, pause) / random.pick([1, 7]));
        story.batch();
      }
      story.until(story.now + 100_000);

      expect(story.service.wakeAt).toBeUndefined();
      expect(story.state).toBe(story.model.present);
      for (const [index, { now }] of story.told.entries()) {
        const tenBefore = story.told[index - 10];
        if (tenBefore) expect(now - tenBefore.now).toBeGreaterThanOrEqual(1000);
      }
    });
  });

  it('says after every wake what is true, whatever the clock does', () => {
    forAll(100, (random) => {
      const definition = randomDefinition(random);
      const service = new Service(definition);
      const model = new Model(definition);
      let now = 1_000_000;
      let told: ServiceResult | undefined;
      const ask = () => {
        for (let result = service.result(now); result; result = service.result(now)) {
          expect(result.time).toBeLessThanOrEqual(now);
          told = result;
        }
      };
      for (let round = 0; round < 200; round++) {
        happen(random, service, model, now + random.pick([0, 0, 0, 3_600_000, -3_600_000]));
        now += random.pick([0, 1, 20, 400, -1, -400, -3_600_000, 3_600_000]);
        ask();
        expect(severity[told?.state ?? 'OK']).toBeGreaterThanOrEqual(severity[model.present]);
        const { hold = 0 } = definition;
        // What waits, waits from now on: not for what the clock was before.
        expect((service.wakeAt ?? now) - now).toBeLessThanOrEqual(hold + 1000);
      }
      // A timer that fires when it is due, of a clock that is still set back now and then.
      let wakes = 0;
      for (let at = service.wakeAt; at !== undefined; at = service.wakeAt) {
        now = Math.max(now, at) - (random.int(0, 3) === 0 ? random.int(0, 100_000) : 0);
        ask();
        expect(++wakes).toBeLessThan(100);
      }
      expect(told?.state).toBe(model.present);
    });
  });
});
