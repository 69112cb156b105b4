/** A change by which the self-test proves a mode is made, or says that it could not be: it is never done in silence. */
import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

const SCRIPT = new URL('./within-limits.js', import.meta.url).pathname;
/** Whom nobody else is on this machine. */
const UID = String(3_000_000 + process.pid);

interface Tried {
  readonly resource: string;
  readonly name: string;
  readonly free?: string;
  readonly limited?: string;
}

it('at a limit each says by which error it failed', () => {
  const asUser = [
    `--reuid=${UID}`,
    `--regid=${UID}`,
    '--clear-groups',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ];
  const output = execFileSync('setpriv', [...asUser, process.execPath, SCRIPT], { encoding: 'utf8' });
  const { ways, symbols } = JSON.parse(output) as { ways: Tried[]; symbols?: string };
  expect(ways.length).toBeGreaterThan(15);
  expect(ways.filter(({ free }) => free !== undefined)).toEqual([]);
  expect(ways.filter(({ limited }) => limited === undefined)).toEqual([]);
  const of = (wanted: string) => ways.find(({ resource }) => resource === wanted)?.limited;
  expect(['nproc', 'sigpending', 'msgqueue'].map(of)).toEqual(['EAGAIN', 'EAGAIN', 'EMFILE']);
  expect(symbols).toBe('exhausted');
});
