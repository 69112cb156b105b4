import { lstatSync, readlinkSync } from 'node:fs';
import { join, parse } from 'node:path';

/** As many as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * Where it is decided which file a path leads to: the folders of the file itself and of each link on the
 * way to it, and the names there. Of what is not there, the last folder that is, and the name that is
 * missing in it.
 *
 * @param path absolute
 * @param isClosed whether a name may not be looked at: the way ends there, as if nothing were
 */
export function placesOf(
  path: string,
  isClosed: (place: string) => boolean = () => false,
): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  const names = namesOf(path);
  let folder = '/';
  for (let links = 0; names.length > 0;) {
    const name = names.shift() ?? '';
    if (name === '..') {
      folder = parse(folder).dir;
      continue;
    }
    const there = join(folder, name);
    const target = isClosed(there) ? 'missing' : targetOf(there);
    if (target === 'directory' && names.length > 0) {
      folder = there;
      continue;
    }
    places.set(folder, (places.get(folder) ?? new Set()).add(name));
    if (typeof target !== 'object' || ++links > MOST_LINKS) break;
    names.unshift(...namesOf(target.to));
    if (target.to.startsWith('/')) folder = '/';
  }
  return places;
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function targetOf(path: string): 'directory' | 'file' | 'missing' | { readonly to: string } {
  try {
    const status = lstatSync(path);
    if (status.isSymbolicLink()) return { to: readlinkSync(path) };
    return status.isDirectory() ? 'directory' : 'file';
  } catch {
    // Not there, or gone meanwhile, or not to be seen: then it is not to be followed further either.
    return 'missing';
  }
}
