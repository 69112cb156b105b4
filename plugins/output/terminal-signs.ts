/** Of the locale, by the first of the variables that is set (locale(7)). */
export function isUtf8({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test([LC_ALL, LC_CTYPE, LANG].find((each) => each) ?? '');
}

/** https://no-color.org */
export function isColoured({ NO_COLOR, ...environment }: NodeJS.ProcessEnv): boolean {
  return !NO_COLOR && hasScreen(environment);
}

/** Whether its lines can be written anew: not those of a terminal that only takes one after the other, as in an editor. */
export function hasScreen({ TERM }: NodeJS.ProcessEnv): boolean {
  return TERM !== undefined && TERM !== '' && TERM !== 'dumb';
}
