import type { Reference } from './roff.js';

export const COMMAND_PAGE = 'check_rlimit_passive(8)';
export const FILE_PAGE = 'check_rlimit_passive.yaml(5)';

/** Which man page has the text of which page in docs/, and under which heading, if it is one part of it. */
const PLACES: Readonly<Record<string, { readonly page: string; readonly heading?: string }>> = {
  'README.md': { page: COMMAND_PAGE },
  'docs/commands.md': { page: COMMAND_PAGE },
  'docs/limits.md': { page: COMMAND_PAGE },
  'docs/configuration.md': { page: FILE_PAGE },
  'docs/destinations.md': { page: FILE_PAGE, heading: 'WHERE RESULTS GO' },
  'docs/resources.md': { page: FILE_PAGE, heading: 'RESOURCES' },
};

/** What a package has beside the man pages, as they say at their ends. */
export const INSTALLED = ['docs/', 'nagios-config/'];

/** What the links of a page in docs/ are in a man page. */
export function referencesFrom(file: string, manPage: string): Reference {
  return (label, target) => {
    if (/^https?:/.test(target)) return `${label} <${target}>`;
    const path = target.startsWith('#') ? file : new URL(target, `file:///${file}`).pathname.slice(1);
    const where = path === file ? '' : placeOf(path, manPage);
    // A page that is named by its file is told by its place.
    if (where !== '' && /\.md`?$/.test(label)) return where;
    return where === '' ? label : `${label} (${where})`;
  };
}

/** Nothing where it is anywhere in the same man page. */
function placeOf(path: string, manPage: string): string {
  const place = PLACES[path];
  if (place !== undefined) return place.page === manPage ? (place.heading ?? '') : place.page;
  return INSTALLED.some((folder) => path.startsWith(folder)) ? path : `${path} of the sources`;
}
