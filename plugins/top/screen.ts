import type { TopKey } from '../../src/control/index.js';
import { printText } from '../output/output.js';
import type { StandardOutput } from '../output/never-wait.js';
import { INTERRUPT, keysIn, SUSPEND } from './keys.js';

/** Another screen than that of the shell, which comes back as it was; no cursor, and no line goes on in the next. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

export interface ScreenListener {
  onKey(key: TopKey): void;
  /** The terminal has another size, or was somebody else's meanwhile: what was drawn is not there. */
  onRedraw(): void;
  /** Ctrl-C */
  onInterrupt(): void;
}

/** The whole terminal, until it is left. It is left as it was found also when the process is stopped and goes on. */
export class Screen {
  readonly #output: StandardOutput;
  readonly #listener: ScreenListener;
  /** What is on it, line by line. */
  #drawn: readonly string[] = [];
  /** What could not be drawn yet, since who shows it takes nothing. */
  #waiting: (() => readonly string[]) | undefined;
  #isLeft = false;

  constructor(output: StandardOutput, listener: ScreenListener) {
    this.#output = output;
    this.#listener = listener;
    this.#enter();
    process.stdout.on('resize', this.#onResize);
    process.on('SIGTSTP', this.#suspend).on('SIGCONT', this.#onContinue).on('exit', this.#onExit);
    if (process.stdin.isTTY) process.stdin.setEncoding('utf8').on('data', this.#onInput);
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const [columns, rows] = process.stdout.getWindowSize();
    // One that does not tell its size has 0.
    return { columns: columns || 80, rows: rows || 24 };
  }

  /** Draws what is other than before; later, if it cannot be drawn now, and then what is newest. */
  draw(frame: () => readonly string[]): void {
    if (this.#isLeft) return;
    if (this.#output.waiting > 0) {
      if (!this.#waiting) void this.#output.drained().then(this.#drawWaiting);
      this.#waiting = frame;
      return;
    }
    const lines = frame();
    const changed = lines.flatMap((line, row) =>
      line === this.#drawn[row] ? [] : [`\u001b[${row + 1};1H\u001b[2K${line}`],
    );
    this.#drawn = lines;
    if (changed.length > 0) printText(changed.join(''));
  }

  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    process.stdout.off('resize', this.#onResize);
    process.off('SIGTSTP', this.#suspend).off('SIGCONT', this.#onContinue).off('exit', this.#onExit);
    process.stdin.off('data', this.#onInput);
    this.#restore();
    process.stdin.pause();
  }

  readonly #drawWaiting = () => {
    const frame = this.#waiting;
    this.#waiting = undefined;
    if (frame) this.draw(frame);
  };

  readonly #onExit = () => {
    this.leave();
  };

  readonly #onResize = () => {
    this.#drawn = [];
    printText('\u001b[2J');
    this.#listener.onRedraw();
  };

  readonly #onContinue = () => {
    this.#enter();
    this.#listener.onRedraw();
  };

  /** The shell gets its terminal back before the process stops; at SIGCONT it is taken again. */
  readonly #suspend = () => {
    this.#restore();
    this.#output.finish(AT_A_STOP);
    process.kill(process.pid, 'SIGSTOP');
  };

  readonly #onInput = (text: string) => {
    if (text.includes(INTERRUPT)) {
      this.#listener.onInterrupt();
      return;
    }
    if (text.includes(SUSPEND)) this.#suspend();
    for (const key of keysIn(text)) this.#listener.onKey(key);
  };

  #enter(): void {
    this.#drawn = [];
    if (process.stdin.isTTY) process.stdin.setRawMode(true);
    printText(ENTER);
  }

  #restore(): void {
    printText(LEAVE);
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
  }
}

/** Milliseconds that the terminal has to take what restores it. */
const AT_A_STOP = 200;
