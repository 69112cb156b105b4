/** What only a shell would understand, or would take away. */
const FOR_A_SHELL = /[^\w\s./:=@%+,-]/;
/** Words beside which a secret may stand: it is not repeated. */
const ABOUT_SECRETS = /pass|secret|token|key|auth|cred/i;
const MOST_WORDS = 8;
const LONGEST_LINE = 60;

/**
 * What to do with a command line that stands in one text, where a program and its arguments are wanted in a list.
 *
 * @param example for one whose own words would not be understood as they are
 */
export function inAList(line: string, example: string): string {
  const words = line.trim().split(/\s+/);
  const isPlain =
    line.length <= LONGEST_LINE &&
    words.length <= MOST_WORDS &&
    words[0] !== '' &&
    !FOR_A_SHELL.test(line) &&
    !ABOUT_SECRETS.test(line);
  return `write the program and each of its arguments as an entry of a list, such as ${isPlain ? `run: [${words.map(inYaml).join(', ')}]` : example}`;
}

/** Without quotes, if YAML takes it for a text. */
function inYaml(word: string): string {
  const isText = /^(?:--?)?[a-z_/][\w./=@%+:-]*$/i.test(word) && !word.endsWith(':');
  return isText && !/^(?:true|false|null)$/i.test(word) ? word : JSON.stringify(word);
}
