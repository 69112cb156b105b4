/**
 * Runs in a guest: in-guest.js MODULES-FOLDER PAIRS OPERATIONS FILE. Leaves what it measured in FILE. Without a folder
 * there is no disk.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { measureCost, mountDisk } from './measure.js';
import { modesHere, stagesOf } from './variants.js';

const [modules = '', pairs = '', operations = '', file = ''] = process.argv.slice(2);
const disk = modules === '' ? undefined : '/run/disk';
if (disk !== undefined)
  for (const name of ['loop', 'ext4']) execFileSync('modprobe', ['-d', modules, '-S', release(), name]);
const unmount = disk === undefined ? () => undefined : mountDisk(disk);
const { works, refused } = modesHere();
const measured = await measureCost(
  stagesOf(works),
  { pairs: Number(pairs), operations: Number(operations) },
  disk,
);
unmount();
writeFileSync(
  file,
  JSON.stringify({ ...measured, refused: { ...measured.refused, ...Object.fromEntries(refused) } }),
);
