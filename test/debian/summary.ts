import type { Table } from '../platforms/table.js';

export const DEBIAN: Table = {
  command: 'npm run test:debian -- --write',
  head: ['Debian', 'command', 'how it went', 'Node.js', 'on', 'commit'],
  keys: 2,
};

/** How a command went, in a few words: its exit status, and what jest counted in each of its runs. */
export function summaryOf(status: number, output: string): string {
  const runs = output.match(/^Tests: .* total$/gm) ?? [];
  const counted = runs.map((line) => line.replace(/^Tests: */, '').replace(/, [0-9]+ total$/, ''));
  return [status === 0 ? 'passed' : `status ${status}`, ...counted].join('; ');
}
