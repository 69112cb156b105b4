import type { Document } from 'yaml';
import { isAlias, parseDocument, visit } from 'yaml';
import { tooDeepAt } from './nesting.js';
import { TextProblem } from './text-problem.js';
import { nestedTooDeeply, yamlProblem } from './yaml-problem.js';

/** A text as YAML's nodes, which know where they stand, and as plain values. */
export interface YamlText {
  readonly document: Document;
  readonly value: unknown;
}

/** @throws {TextProblem} at the first place that is not YAML, or that yields no plain values. */
export function readYaml(text: string): YamlText {
  const deep = tooDeepAt(text);
  if (deep !== undefined) throw new TextProblem(deep, nestedTooDeeply);
  // Without a log level the parser writes its warnings to standard error by itself.
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true, logLevel: 'error' });
  const [first] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (first) throw new TextProblem(first.pos[0], yamlProblem(first));
  return { document, value: plainValue(document) };
}

function plainValue(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // The parser's only complaint here is about an alias: without an anchor, or multiplying without bound.
    if (error instanceof ReferenceError) throw aliasProblem(document);
    throw error;
  }
}

function aliasProblem(document: Document): TextProblem {
  const anchors = new Set<string>();
  let problem: TextProblem | undefined;
  visit(document, {
    Node(_key, node) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor);
        return undefined;
      }
      const offset = node.range?.[0] ?? 0;
      problem ??= new TextProblem(offset, 'aliases that stand for too many values; write the values out');
      if (anchors.has(node.source)) return undefined;
      problem = new TextProblem(offset, `the alias *${node.source} has no anchor before it; write the value`);
      return visit.BREAK;
    },
  });
  return problem ?? new TextProblem(0, 'an alias that cannot be followed; write the value');
}
