/**
 * Run by a user of its own without capabilities: makes each change that the self-test makes, once as it is and once where a
 * limit allows nothing of it, and prints as JSON, in a line, by which error each failed; of what was made there is none.
 */
import { writeSync } from 'node:fs';
import { limitsOf, setLimitsOf } from '../../../src/ffi/index.js';
import { type Resource, RESOURCES } from '../../../src/resources/index.js';
import { KERNEL_RESOURCES } from '../../../src/rlimit-events/loading/kernel-resources.js';
import { symbolsInKernel } from '../../../src/rlimit-events/loading/kernel-symbols.js';

/** By which limit; without stack space and processor time this process could not go on itself. */
const LIMITED_BY: Partial<Record<Resource, Resource>> = {
  nofile: 'nofile',
  as: 'as',
  data: 'data',
  stack: 'as',
  memlock: 'memlock',
  rss: 'as',
  nproc: 'nproc',
  sigpending: 'sigpending',
  msgqueue: 'msgqueue',
};

/** In each resource's own unit, less than a page of memory. Of `data` the kernel takes 0 for no limit (may_expand_vm() in mm/mmap.c). */
const nothingOf = (resource: Resource) => (resource === 'data' ? 1 : 0);

function within(resource: Resource, act: () => void): string | undefined {
  const { number } = RESOURCES[resource];
  const { soft, hard } = limitsOf(process.pid, number);
  setLimitsOf(process.pid, number, { soft: nothingOf(resource), hard });
  try {
    return failure(act);
  } finally {
    setLimitsOf(process.pid, number, { soft, hard });
  }
}

function failure(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

const ways = (Object.entries(LIMITED_BY) as [Resource, Resource][]).flatMap(([resource, limit]) =>
  KERNEL_RESOURCES[resource].ways.map(({ name, prepare, change }) => {
    const make = () => {
      prepare?.();
      change();
    };
    return { resource, name, free: failure(make), limited: within(limit, make) };
  }),
);
const symbols = within('nofile', () => symbolsInKernel(['fd_install'], []));
writeSync(1, `${JSON.stringify({ ways, symbols })}\n`);
