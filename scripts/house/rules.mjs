import { FOLDERS, KOFFI, ROOMS, SIDE_DOORS } from './table.mjs';

const TYPES_OF = 'types of ';

/** What a room may know, apart by whether it may have more than types of it. */
export function permissions(room) {
  const all = ROOMS[room];
  return {
    whole: all.filter((other) => !other.startsWith(TYPES_OF)),
    types: all.filter((other) => other.startsWith(TYPES_OF)).map((other) => other.slice(TYPES_OF.length)),
  };
}

/** What lies at these paths, which are files or folders. */
const at = (...paths) => `^(?:${paths.map((path) => path.replaceAll('.', '\\.')).join('|') || '-'})(?:/|$)`;

/** @param name what is wrong; it is what is told */
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

const TABLE = 'see scripts/house/table.mjs';
const FACE = 'import a room by its index.ts; if you need a side door, the room is missing a function';
const OTHER_ROOM = '^src/(?:$1/|[^/]+/index\\.ts$)';

const faces = [
  rule(FACE, { path: '^src/([^/]+)/' }, { path: '^src/', pathNot: OTHER_ROOM }),
  rule(
    FACE,
    { path: '^test/(?:unit|native)/([^/]+)/', pathNot: at(...Object.keys(SIDE_DOORS)) },
    { path: '^src/', pathNot: OTHER_ROOM },
  ),
  rule(
    FACE,
    {
      path: at('plugins', 'scripts', 'rig', 'test', 'bench'),
      pathNot: ['^test/(?:unit|native)/[^/]+/', at(...Object.keys(SIDE_DOORS))],
    },
    { path: '^src/', pathNot: '^src/[^/]+/index\\.ts$' },
  ),
  ...Object.entries(SIDE_DOORS).map(([file, { into }]) =>
    rule(
      `its side door leads into ${into.map((room) => `src/${room}`).join(' and ')} only; ${TABLE}`,
      { path: at(file) },
      { path: '^src/', pathNot: `^src/(?:(?:${into.join('|')})/|[^/]+/index\\.ts$)` },
    ),
  ),
];

const rooms = Object.keys(ROOMS).flatMap((room) => {
  const { whole, types } = permissions(room);
  const inSource = (others) => others.map((other) => `src/${other}`);
  return [
    rule(
      `src/${room} may not know it; ${TABLE}`,
      { path: at(`src/${room}`) },
      { path: at('src'), pathNot: at(`src/${room}`, ...inSource([...whole, ...types])) },
    ),
    rule(
      `src/${room} may know its types only: import type`,
      { path: at(`src/${room}`) },
      { path: at(...inSource(types)), dependencyTypesNot: ['type-only'] },
    ),
  ];
});

const folders = Object.entries(FOLDERS).map(([folder, others]) =>
  rule(
    `${folder} may not know it; ${TABLE}`,
    { path: at(folder) },
    { path: at('src', 'plugins', 'scripts', 'rig', 'test', 'bench'), pathNot: at(folder, ...others) },
  ),
);

/** The rules of the house, for dependency-cruiser. */
export const forbidden = [
  rule('they import each other; take out what both need', {}, { circular: true }),
  ...faces,
  ...rooms,
  ...folders,
  rule(
    'only src/ffi knows koffi',
    { pathNot: at('src/ffi', ...Object.keys(KOFFI)) },
    { path: '(?:^|/)node_modules/koffi/' },
  ),
  rule('there is no such file', {}, { couldNotResolve: true }),
];
