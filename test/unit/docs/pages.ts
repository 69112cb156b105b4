import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../../../', import.meta.url);

/** A file of the repository, by its path from the root. */
export const pathOf = (file: string) => new URL(file, ROOT);

export const read = (file: string) => readFileSync(pathOf(file), 'utf8');

/** What somebody reads who comes to the project: the files in Markdown at its root and in docs/. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(pathOf('docs/'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The first cells of the tables of a text, in which keys and fields stand. */
export function firstCells(text: string): string {
  return [...text.matchAll(/^\| (?:– )?(`[^|]*)\|/gm)].map(([, cell]) => cell).join(' ');
}

/** The section of a page that has this heading, without those that follow. */
export function sectionOf(text: string, heading: string): string {
  const [, section = ''] = text.split(new RegExp(`^## ${heading}$`, 'm'));
  return section.split(/^## /m)[0] ?? '';
}

/** The sources of what is shipped, by their paths from the root. */
export const SOURCES: readonly string[] = ['src/', 'plugins/'].flatMap((folder) =>
  readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}${name}`),
);
