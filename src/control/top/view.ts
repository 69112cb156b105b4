/** By what services and their processes are sorted. */
const SORTS = ['worst', 'value', 'share', 'name'] as const;
export type Sort = (typeof SORTS)[number];

/** What somebody wants to see. */
export interface TopView {
  readonly sort: Sort;
  /** Of services and processes, those that have it in their names. */
  readonly filter: string;
  /** What is typed now goes into the filter. */
  readonly isTyping: boolean;
  /** The service that is seen alone, by its place among those that are shown; -1: all. */
  readonly alone: number;
  /** How many services, or of one alone processes, are passed over. */
  readonly first: number;
}

export const OVERVIEW: TopView = { sort: 'worst', filter: '', isTyping: false, alone: -1, first: 0 };

/** A key that has a name, or a character that was typed. */
export type TopKey =
  | { readonly name: 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' | 'tab' | 'back-tab' }
  | { readonly name: 'enter' | 'escape' | 'backspace' }
  | { readonly name: 'character'; readonly character: string };

/** Longer is no name that anything has. */
const LONGEST_FILTER = 100;

/** What is seen after a key. */
export function nextView(view: TopView, key: TopKey, page: number): TopView {
  if (view.isTyping) return typed(view, key);
  switch (key.name) {
    case 'up':
      return moved(view, -1);
    case 'down':
      return moved(view, 1);
    case 'page-up':
      return moved(view, -page);
    case 'page-down':
      return moved(view, page);
    case 'home':
      return { ...view, first: 0 };
    case 'end':
      return { ...view, first: Infinity };
    case 'tab':
      return { ...view, alone: view.alone + 1, first: 0 };
    case 'back-tab':
      return { ...view, alone: Math.max(-1, view.alone - 1), first: 0 };
    case 'escape':
      return { ...OVERVIEW, sort: view.sort };
    case 'character':
      return commanded(view, key.character);
    case 'enter':
    case 'backspace':
      return view;
  }
}

function moved(view: TopView, by: number): TopView {
  return { ...view, first: Math.max(0, view.first + by) };
}

function commanded(view: TopView, character: string): TopView {
  if (character === '/') return { ...view, filter: '', isTyping: true, alone: -1, first: 0 };
  if (character !== 's') return view;
  const sort = SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length] ?? 'worst';
  return { ...view, sort, first: 0 };
}

function typed(view: TopView, key: TopKey): TopView {
  if (key.name === 'character')
    return { ...view, filter: (view.filter + key.character).slice(0, LONGEST_FILTER) };
  if (key.name === 'backspace') return { ...view, filter: Array.from(view.filter).slice(0, -1).join('') };
  if (key.name === 'enter') return { ...view, isTyping: false };
  return key.name === 'escape' ? { ...view, filter: '', isTyping: false } : view;
}
