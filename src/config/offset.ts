import type { Document, Node, Pair } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Path, Position } from './config-error.js';

/** Where the value stands; else its key, if it is empty; else the nearest thing around it in the file. */
export function offsetOf(document: Document, path: Path): number {
  const start = startOf(nodeAt(document, path));
  if (start !== undefined || path.length === 0) return start ?? 0;
  return offsetOfKey(document, path.slice(0, -1), path.at(-1) ?? '');
}

/** Where the key of a map stands, or else the map. */
export function offsetOfKey(document: Document, mapPath: Path, key: PropertyKey): number {
  return startOf(pairOf(nodeAt(document, mapPath), key)?.key) ?? offsetOf(document, mapPath);
}

export function positionOf(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function nodeAt(document: Document, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const key of path) node = childOf(resolved(document, node), key);
  return resolved(document, node);
}

/** An alias stands for what its anchor marks, and a mistake is corrected there. */
function resolved(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isNode(node) ? node : undefined;
}

function childOf(node: Node | undefined, key: PropertyKey): unknown {
  return isSeq(node) && typeof key === 'number' ? node.items[key] : pairOf(node, key)?.value;
}

function pairOf(node: Node | undefined, key: PropertyKey): Pair | undefined {
  return isMap(node)
    ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)
    : undefined;
}

/** Undefined for a value that is left empty: the parser puts it behind the comments that follow. */
function startOf(node: unknown): number | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return start === end ? undefined : start;
}
