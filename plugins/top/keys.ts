import type { TopKey } from '../../src/control/index.js';

/** What terminals send for keys that have no character (xterm's ctlseqs, terminfo of linux and screen). */
const SEQUENCES: Readonly<Record<string, Exclude<TopKey['name'], 'character'>>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[H': 'home',
  '\u001bOH': 'home',
  '\u001b[1~': 'home',
  '\u001b[F': 'end',
  '\u001bOF': 'end',
  '\u001b[4~': 'end',
  '\u001b[Z': 'back-tab',
  '\u001b': 'escape',
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
};

/** An escape sequence, or a character. */
// eslint-disable-next-line no-control-regex -- that is what keys send
const ONE = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])?|./gsu;

/** The keys in what a terminal has sent; of those that mean nothing, none. */
export function keysIn(text: string): TopKey[] {
  return [...text.matchAll(ONE)].flatMap(([sequence]): TopKey[] => {
    const name = SEQUENCES[sequence];
    if (name !== undefined) return [{ name }];
    return /^\P{C}$/u.test(sequence) ? [{ name: 'character', character: sequence }] : [];
  });
}

/** What ends and stops a command where the terminal itself does not care for it: Ctrl-C and Ctrl-Z. */
export const INTERRUPT = '\u0003';
export const SUSPEND = '\u001a';
