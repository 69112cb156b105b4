import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARE = new URL('../../../share', import.meta.url).pathname;
/** A command is completed where there is one. */
const PLUGINS = new URL('../../../../plugins', import.meta.url).pathname;

/** More could not be typed ahead: a terminal keeps 4 KiB. */
const MOST_LINES = 8;

/** A shell of somebody who has installed the package, in a terminal. */
interface Shell {
  /** What the shell offers at the end of each line, with the words before it as they are. */
  readonly offered: (lines: readonly string[], folder: string) => string[][];
}

/**
 * One that reads keys: each line gets all completions by a key of the shell's own, and is printed by it then, a word a
 * line.
 */
function keyed(
  start: string,
  { first, all, print }: { first: string; all: string; print: string },
): Shell['offered'] {
  return (lines, folder) => {
    const place = (index: number) => join(folder, `offered.${index}`);
    for (let begin = 0; begin < lines.length; begin += MOST_LINES) {
      const typed = lines
        .slice(begin, begin + MOST_LINES)
        // To the beginning of the line, and to its end.
        .map((line, index) => `${line}${all}\x01${print} \x05 >${place(begin + index)}\n`);
      // script(1) is the terminal.
      run('script', ['-qec', start, '/dev/null'], folder, [`${first}\n`, ...typed, 'exit\n'].join(''));
    }
    return lines.map((line, index) => {
      const [, ...words] = readFileSync(place(index), 'utf8').trimEnd().split('\n');
      const complete = line.split(' ').length - 2;
      return words.slice(complete);
    });
  };
}

export const SHELLS: Readonly<Record<'bash' | 'zsh' | 'fish', Shell>> = {
  // The completion is looked for by Debian's bash-completion when it is first asked for.
  bash: {
    offered: keyed('bash --norc --noprofile -i', {
      first: 'source /usr/share/bash-completion/bash_completion',
      all: '\x1b*',
      print: "printf '%s\\n'",
    }),
  },
  zsh: {
    offered: keyed('zsh -f -i', {
      first: [
        `fpath=(${SHARE}/zsh/vendor-completions $fpath)`,
        'autoload -Uz compinit',
        'compinit -u -D',
        'zle -C all complete-word _generic',
        "bindkey '^Xa' all",
        "zstyle ':completion:all:*' completer _all_matches _complete",
        "zstyle ':completion:all:*' insert true",
      ].join('; '),
      all: '\x18a',
      print: 'print -rl --',
    }),
  },
  fish: {
    offered: (lines, folder) => {
      const asked = 'for line in $argv; complete -C $line; echo ----; end';
      const answers = run('fish', ['-c', asked, ...lines], folder)
        .split('----\n')
        .slice(0, -1);
      return answers.map((answer) =>
        answer
          .split('\n')
          .map((line) => line.replace(/\t.*/, ''))
          .filter((word) => word !== ''),
      );
    },
  },
};

function run(program: string, parameters: readonly string[], folder: string, input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    input,
    encoding: 'utf8',
    cwd: folder,
    env: {
      PATH: `${PLUGINS}:${process.env['PATH'] ?? ''}`,
      XDG_DATA_DIRS: `${SHARE}:/usr/share`,
      HOME: folder,
      TERM: 'vt100',
      LC_ALL: 'C.UTF-8',
    },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program}: status ${status ?? ''}: ${stdout}${stderr}`);
  return stdout;
}
