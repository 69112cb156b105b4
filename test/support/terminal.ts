import headless from '@xterm/headless';
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { compiled } from './compiled.js';

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A command on a pseudo-terminal (workers/terminal.c), and the screen that xterm.js makes of what it writes. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #emulator: headless.Terminal;
  #path = '';
  #waiting: (() => void)[] = [];
  /** Of the command. */
  pid = 0;
  /** All that it has written, for what no screen shows. */
  written = '';

  private constructor(command: readonly string[], environment: NodeJS.ProcessEnv, { rows, columns }: Size) {
    this.#emulator = new headless.Terminal({ rows, cols: columns, allowProposedApi: true });
    this.#child = spawn(compiled('terminal'), [String(rows), String(columns), ...command], {
      env: { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8', NO_COLOR: '', ...environment },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.written += text;
      this.#emulator.write(text, () => {
        this.#wake();
      });
    });
    this.#child.on('close', () => {
      this.#wake();
    });
  }

  static async start(
    command: readonly string[],
    environment: NodeJS.ProcessEnv,
    size: Size,
  ): Promise<Terminal> {
    const terminal = new Terminal(command, environment, size);
    const [line] = (await once(createInterface({ input: terminal.#child.stderr }), 'line')) as [string];
    const [pid = '', path = ''] = line.split(' ');
    terminal.pid = Number(pid);
    terminal.#path = path;
    return terminal;
  }

  /** What is on it, without the spaces at the ends. */
  get lines(): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from({ length: this.#emulator.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  /** Whether a program has it as a whole, and the shell's screen is kept. */
  get isTaken(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  /** Waits until it is so on the screen; fails if the command ends before. */
  async until(isSo: (lines: string[]) => boolean): Promise<string[]> {
    for (;;) {
      const { lines } = this;
      if (isSo(lines)) return lines;
      if (this.#hasEnded()) throw new Error(`the command ended: ${lines.join('\n')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  resize({ rows, columns }: Size): void {
    this.#emulator.resize(columns, rows);
    execFileSync('stty', ['-F', this.#path, 'rows', String(rows), 'cols', String(columns)]);
  }

  /** Takes nothing more of what the command writes, and nothing that is typed, as a terminal whose connection hangs. */
  hang(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  /** How it takes what is typed: what stty(1) says of it. */
  get modes(): string {
    return execFileSync('stty', ['-a', '-F', this.#path], { encoding: 'utf8' });
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Its status, when all that it has written is on the screen. */
  async finished(): Promise<number | null> {
    if (!this.#hasEnded() || !this.#child.stdout.closed) await once(this.#child, 'close');
    await new Promise<void>((resolve) => {
      this.#emulator.write('', resolve);
    });
    return this.#child.exitCode;
  }

  async end(): Promise<void> {
    this.goOn();
    if (!this.#hasEnded()) this.signal('SIGKILL');
    await this.finished();
    this.#emulator.dispose();
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #wake(): void {
    for (const look of this.#waiting.splice(0)) look();
  }
}
