import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { PAGES, pathOf, read } from './pages.js';

/** What is shown as it is: no link and no heading is in there. */
const withoutCode = (text: string) => text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');

/** The anchor that GitHub makes of a heading, for headings that are there once. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function anchorsOf(page: string): string[] {
  const text = read(page).replace(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** The relative links of a page, images as well. */
function linksOf(page: string): string[] {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** The page that a link of another leads to, by its path from the root of the repository. */
function targetOf(page: string, path: string): string {
  if (path === '') return page;
  return new URL(path, `file:///${page}`).pathname.slice(1);
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = targetOf(page, path);
  if (!existsSync(pathOf(target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

describe('the pages in Markdown', () => {
  it.each(PAGES)('%s has only relative links that lead somewhere', (page) => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it('are all in docs/README.md', () => {
    const listed = linksOf('docs/README.md').map((link) => targetOf('docs/README.md', link));
    const wanted = PAGES.filter((page) => page !== 'README.md' && page !== 'docs/README.md');
    expect(wanted.filter((page) => !listed.includes(page))).toEqual([]);
  });

  it('have links at all', () => {
    expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(50);
  });
});
