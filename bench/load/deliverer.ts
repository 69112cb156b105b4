/**
 * The agent without the kernel: an outbox and one destination, to be given its keys in the configuration file as JSON.
 * For a line of its input it delivers as many results as that says, and says how many milliseconds it took until the
 * last one had its answer.
 */
import { createInterface } from 'node:readline';
import { Outbox } from '../../src/delivery/index.js';
import { destinationSettings, makeDestination, type Deliver } from '../../src/destinations/index.js';
import type { Log } from '../../src/log/index.js';
import { benchResult } from '../destinations/result.js';

const settings = destinationSettings('/').parse(JSON.parse(process.argv[2] ?? ''));
const destination = makeDestination(settings, { heartbeat: 300_000 });
let delivered = 0;
let onDelivered: () => void = () => undefined;
const counting: Deliver = async (...batch) => {
  const outcomes = await destination.deliver(...batch);
  delivered += outcomes.filter(({ status }) => status === 'delivered').length;
  return outcomes;
};
const log: Log = (_level, message) => {
  throw new Error(message);
};
const outbox = new Outbox({
  destination: { ...destination, deliver: counting },
  // As the agent's is, unless it is told to be verbose.
  log: Object.assign(log, { omitsDetails: true }),
  onChange: () => {
    onDelivered();
  },
});
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const count = delivered + Number(line);
  const began = performance.now();
  const all = new Promise<void>((resolve) => {
    onDelivered = () => {
      if (delivered === count) resolve();
    };
  });
  for (let number = delivered; number < count; number++) outbox.push(benchResult(number));
  await all;
  process.stdout.write(`${performance.now() - began}\n`);
}
