import { readFileSync } from 'node:fs';
import { blocksOf, type Block } from './markdown.js';

const ROOT = new URL('../../../', import.meta.url);

/** A page of the documentation, in its parts. */
export interface Page {
  /** By its path from the root of the repository. */
  readonly file: string;
  readonly title: string;
  /** What stands before the first section. */
  readonly beginning: readonly Block[];
  /** By their headings, in their order. */
  readonly sections: ReadonlyMap<string, readonly Block[]>;
}

export function pageOf(file: string): Page {
  const sections = new Map<string, Block[]>();
  const beginning: Block[] = [];
  let title = '';
  let into = beginning;
  for (const block of blocksOf(readFileSync(new URL(file, ROOT), 'utf8'))) {
    if (block.kind === 'heading' && block.level === 1) title = block.text;
    else if (block.kind === 'heading' && block.level === 2) sections.set(block.text, (into = []));
    else into.push(block);
  }
  return { file, title, beginning, sections };
}

export function sectionOf({ file, sections }: Page, heading: string): readonly Block[] {
  const section = sections.get(heading);
  if (section === undefined) throw new Error(`${file} has no section ${heading}, which a man page takes`);
  return section;
}
