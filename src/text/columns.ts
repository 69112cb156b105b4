/**
 * How many columns of a terminal a text takes, as wcwidth(3) counts them: two for each character that is wide in East
 * Asia (UAX #11) and for pictures, none for a mark on the character before.
 */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : Array.from(text).reduce((sum, each) => sum + widthOfOne(each), 0);
}

/** At most so many columns of the text; if any of it is missing, the last is an ellipsis. */
export function clipColumns(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let room = columns - 1;
  let kept = '';
  for (const each of text) {
    room -= widthOfOne(each);
    if (room < 0) break;
    kept += each;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** The text, and spaces up to so many columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

const ASCII = /^[ -~]*$/;

function widthOfOne(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) || (PICTURE.test(character) && !LETTER_OF_A_FLAG.test(character)) ? 2 : 1;
}

/** Marks, and the vowels and finals of a syllable of Hangul, which are drawn into the consonant before. */
const NO_WIDTH = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]/u;
/** By blocks. All that glibc 2.36 has below U+40000 is counted as it does; what is not assigned yet is nobody's name. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;
const PICTURE = /\p{Emoji_Presentation}/u;
const LETTER_OF_A_FLAG = /[\u{1f1e6}-\u{1f1ff}]/u;
