import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placesOf } from '../../../src/mounts/path-places.js';

describe('the places where it is decided which file a path leads to', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'places-')));
    mkdirSync(join(root, 'app/v1/bin'), { recursive: true });
    mkdirSync(join(root, 'app/v2'));
    writeFileSync(join(root, 'app/v1/bin/broker'), '');
    symlinkSync('v1', join(root, 'app/current'));
    symlinkSync('../app/current/bin/../bin/./broker', join(root, 'app/broker'));
    symlinkSync(join(root, 'app/broker'), join(root, 'absolute'));
    symlinkSync('endless', join(root, 'endless'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const places = (path: string) =>
    Object.fromEntries(
      [...placesOf(join(root, path))].map(([folder, names]) => [folder.replace(root, ''), [...names]]),
    );

  it.each([
    ['its own folder', 'app/v1/bin/broker', { '/app/v1/bin': ['broker'] }],
    [
      'those of links on the way',
      'app/current/bin/broker',
      { '/app': ['current'], '/app/v1/bin': ['broker'] },
    ],
    [
      'those of links to links',
      'absolute',
      { '': ['absolute'], '/app': ['broker', 'current'], '/app/v1/bin': ['broker'] },
    ],
    ['the folder of what is missing', 'app/v2/bin/broker', { '/app/v2': ['bin'] }],
    ['where the missing file will be', 'app/v2/broker', { '/app/v2': ['broker'] }],
    ['a link that leads to itself', 'endless', { '': ['endless'] }],
  ])('are %s', (_what, path, expected) => {
    expect(places(path)).toEqual(expected);
  });

  it('end before what may not be looked at, and are the same as if it were not there', () => {
    const looked: string[] = [];
    const found = placesOf(join(root, 'absolute'), (place) => {
      looked.push(place.replace(root, ''));
      return place === join(root, 'app/v1');
    });
    expect([...found]).toEqual([
      [root, new Set(['absolute'])],
      [join(root, 'app'), new Set(['broker', 'current', 'v1'])],
    ]);
    expect(looked.at(-1)).toBe('/app/v1');
  });
});
