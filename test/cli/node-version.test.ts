import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { nodeProblem } from '../../plugins/node-version.js';
import { COMMAND, Program } from '../../rig/programs/command.js';

it.each([
  ['20.15.0', undefined],
  ['20.20.2', undefined],
  ['22.0.0', undefined],
  ['20.14.0', 'this is Node.js 20.14.0: install 20.15 or later'],
  ['18.20.4', 'this is Node.js 18.20.4: install 20.15 or later'],
])('Node.js %s', (running, problem) => {
  expect(nodeProblem(running, '>=20.15')).toBe(problem);
});

it('the one that package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toMatch(/^>=\d+\.\d+$/);
  expect(nodeProblem('0.12.0', engines.node)).toBe(
    `this is Node.js 0.12.0: install ${engines.node.slice(2)} or later`,
  );
});

it('an old one is told in one line', async () => {
  const pretending =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })";
  const { status, stdout, stderr } = await new Program(COMMAND, ['-V'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretending)}`,
  }).finished();
  expect(stderr).toEqual([
    expect.stringMatching(/^check_rlimit_passive: this is Node\.js 18\.20\.4: install /),
  ]);
  expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
});
