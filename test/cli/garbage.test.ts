import { expect, it } from '@jest/globals';
import { Program } from '../../rig/programs/command.js';

const GARBAGE = new URL('../../src/daemon/garbage.js', import.meta.url).href;

/** MiB of V8's heap that are in use by pages, after a start that left one object in a hundred alive. */
async function heapAfterStart(...options: string[]): Promise<number> {
  const program = `
    import { giveBackGarbage } from '${GARBAGE}';
    let begun = Array.from({ length: 400_000 }, (_, i) => ({ i }));
    globalThis.kept = begun.filter((_, i) => i % 100 === 0);
    begun = undefined;
    giveBackGarbage();
    console.log(process.memoryUsage().heapTotal / 2 ** 20);`;
  const { status, stdout, stderr } = await new Program(process.execPath, [
    ...options,
    '--input-type=module',
    '--eval',
    program,
  ]).finished();
  expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
  return Number(stdout[0]);
}

it('gives back whole pages though something on each of them is still alive', async () => {
  const flags = ['--expose-gc', '--no-compact-on-every-full-gc', '--max-semi-space-size=1'];
  expect(await heapAfterStart(...flags)).toBeLessThan(8);
});

it('collects only, where nobody has asked whether V8 knows the flag', async () => {
  expect(await heapAfterStart('--expose-gc', '--max-semi-space-size=1')).toBeGreaterThan(8);
});

it('does nothing without --expose-gc, and does not complain', async () => {
  expect(await heapAfterStart('--max-semi-space-size=1')).toBeGreaterThan(12);
});

it('gives back what was compiled for the start, and compiles it again', async () => {
  const program = `
    import { getHeapCodeStatistics } from 'node:v8';
    import { giveBackGarbage } from '${GARBAGE}';
    const size = () => getHeapCodeStatistics().bytecode_and_metadata_size / 2 ** 20;
    const texts = Array.from({ length: 1000 }, (_, i) => '(x) => [' + 'x + ' + i + ', x'.repeat(100) + ']');
    const before = size();
    const functions = texts.map((text) => (0, eval)(text));
    const called = () => functions.reduce((sum, each) => sum + each(1).length, 0);
    const result = called();
    const compiled = size() - before;
    giveBackGarbage();
    console.log(JSON.stringify({ compiled, left: size() - before, isSame: called() === result }));`;
  const leftBy = async (...flags: string[]) => {
    const options = ['--expose-gc', ...flags, '--input-type=module', '--eval', program];
    const { stdout, stderr } = await new Program(process.execPath, options).finished();
    expect(stderr).toEqual([]);
    return JSON.parse(stdout[0] ?? '') as { compiled: number; left: number; isSame: boolean };
  };
  const given = await leftBy('--no-stress-flush-code');
  expect(given.isSame).toBe(true);
  expect(given.compiled).toBeGreaterThan(0.2);
  expect(given.left).toBeLessThan(given.compiled / 10);
  const kept = await leftBy();
  expect(kept.left).toBeGreaterThan(kept.compiled / 2);
});
