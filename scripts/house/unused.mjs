import { FOLDERS, KOFFI, ROOMS, SIDE_DOORS } from './table.mjs';
import { permissions } from './rules.mjs';

/**
 * What is wrong with the table itself, a line each: a room that is not in it, permissions that nobody uses, and those
 * that look upwards.
 *
 * @param {readonly { from: string, to: string, isType: boolean }[]} imports
 */
export function tableProblems(imports) {
  const uses = (from, to, { types }) =>
    imports.some(
      (each) => isAt(each.from, from) && isAt(each.to, to) && !isAt(each.to, from) && (types || !each.isType),
    );
  const rooms = new Set(imports.map(({ from }) => /^src\/([^/]+)/.exec(from)?.[1]).filter(Boolean));
  return [
    ...[...rooms]
      .filter((room) => !(room in ROOMS))
      .map((room) => `${room} is a room that is not in the list`),
    ...Object.keys(ROOMS).flatMap((room, floor) => {
      const { whole, types } = permissions(room);
      const below = Object.keys(ROOMS).slice(0, floor);
      return [
        ...[...whole, ...types]
          .filter((other) => !below.includes(other))
          .map((other) => `${room} may know ${other}, which does not stand above it in the list`),
        ...whole
          .filter((other) => !uses(`src/${room}`, `src/${other}`, { types: false }))
          .map((other) => `${room} may know ${other}, but uses ${used(room, other)} of it`),
        ...types
          .filter((other) => !uses(`src/${room}`, `src/${other}`, { types: true }))
          .map((other) => `${room} may know the types of ${other}, but uses nothing of it`),
      ];
    }),
    ...Object.entries(FOLDERS).flatMap(([folder, others]) =>
      others
        .filter((other) => !uses(folder, other, { types: true }))
        .map((other) => `${folder} may know ${other}, but uses nothing of it`),
    ),
    ...Object.entries(SIDE_DOORS).flatMap(([file, { into }]) =>
      into
        .filter((room) => !imports.some(({ from, to }) => from === file && isInside(to, room)))
        .map((room) => `${file} has a side door into ${room} that it does not use`),
    ),
    ...Object.keys(KOFFI)
      .filter((file) => !imports.some(({ from, to }) => from === file && to.includes('node_modules/koffi/')))
      .map((file) => `${file} may know koffi, but does not use it`),
  ];

  function used(room, other) {
    return uses(`src/${room}`, `src/${other}`, { types: true }) ? 'types only' : 'nothing';
  }
}

const isAt = (path, place) => path === place || path.startsWith(`${place}/`);
const isInside = (path, room) => isAt(path, `src/${room}`) && path !== `src/${room}/index.ts`;
