import type { TLSSocket } from 'node:tls';
import { aborted } from './bounded.js';
import type { Target } from './connect.js';
import { NscaNgError } from './errors.js';

export interface ConnectionOptions extends Target {
  /** Milliseconds for each answer. */
  readonly timeout: number;
}

/** A line of the server: its first word in capitals, and the rest. */
export interface Answer {
  readonly word: string;
  readonly text: string;
}

/** The answer to nearly all. */
const OKAY: Answer = { word: 'OKAY', text: '' };

/** Bytes of a line; the longest of a server has some 40. */
const LONGEST_LINE = 1024;

/** Milliseconds. */
const PATIENCE_FOR_TICKETS = 50;
const FAREWELL = 1000;

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: NscaNgError | undefined) => void;
}

/** A secured connection to a server, line by line. While nobody waits for an answer it keeps no process alive. */
export class Connection {
  readonly #socket: TLSSocket;
  readonly #options: ConnectionOptions;
  readonly #where: string;
  readonly #lines: string[] = [];
  #rest = '';
  /** Lines that are yet to come. */
  #expected = 0;
  #error: NscaNgError | undefined;
  #waiting: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What ends what is asked. It is listened to until there is another, since one who sends has one for all of it. */
  #signal: AbortSignal | undefined;
  #isAsking = false;

  /** @throws NscaNgError */
  static async open(options: ConnectionOptions, signal?: AbortSignal): Promise<Connection> {
    // With it comes node:tls, which takes memory that nobody needs who has nothing to send.
    const { connect } = await import('./connect.js');
    const socket = await connect(options, signal);
    const connection = new Connection(socket, options);
    await ticketsOf(socket);
    return connection;
  }

  private constructor(socket: TLSSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#where = `${options.server} port ${options.port}`;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#take(text);
    });
    const onGone = () => {
      this.#fail('closed', 'closed the connection without an answer: was it stopped, or told to reload?');
    };
    socket.on('end', onGone);
    socket.on('close', onGone);
  }

  /** Whether it is still of use. */
  get isOpen(): boolean {
    return this.#error === undefined;
  }

  get protocol(): string {
    return this.#socket.getProtocol() ?? 'TLS';
  }

  /**
   * What is asked together is to be given together: what is written in several pieces can stall until the server gives
   * up.
   *
   * @param answers how many lines the server gives to it
   */
  ask(answers: number, question: string | Buffer): void {
    this.#expected += answers;
    this.#socket.write(question);
  }

  /**
   * Somebody asks, and waits for answers: as long as that takes, the process goes on, and the signal ends it. Once for
   * all that is asked together: a timer and a listener for each answer would be a tenth of what a result costs.
   */
  async during<T>(asking: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#isAsking = true;
    this.#listenTo(signal);
    if (signal?.aborted === true) this.#onAbort();
    this.#socket.ref();
    try {
      return await asking();
    } finally {
      this.#isAsking = false;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#socket.unref();
    }
  }

  /**
   * To be called within during(), always with the same `ms`.
   *
   * @throws NscaNgError `timeout`, `closed`, `not-nsca-ng` or `aborted`; it is of no use any more after each
   */
  async answer(ms = this.#options.timeout): Promise<Answer> {
    try {
      return this.#parse(this.#lines.shift() ?? (await this.#nextLine(ms)));
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /** @throws NscaNgError */
  #nextLine(ms: number): Promise<string> {
    if (this.#error) throw this.#error;
    if (this.#timer) this.#timer.refresh();
    else
      this.#timer = setTimeout(() => {
        this.#onLate(ms);
      }, ms);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #listenTo(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = () => {
    if (!this.#isAsking) return;
    this.#failWith(aborted(this.#signal));
    this.#socket.destroy();
  };

  #onLate(ms: number): void {
    if (this.#waiting) this.#fail('timeout', `gave no answer within ${ms} ms: does it hang?`);
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    const line = this.#lines.shift();
    if (line === undefined && !this.#error) return;
    this.#waiting = undefined;
    if (line !== undefined) waiting.resolve(line);
    else waiting.reject(this.#error);
  }

  /** An answer that is none to what was asked. */
  unexpected({ word, text }: Answer): NscaNgError {
    return this.#errorOf('not-nsca-ng', `answered ${quoted(`${word} ${text}`)}, which nsca-ng never does.`);
  }

  destroy(): void {
    this.#fail('closed', 'was left.');
    this.#socket.destroy();
  }

  /** As a server wants it; otherwise it writes a warning into its log. Never rejects. */
  async quit(): Promise<void> {
    if (!this.isOpen) return;
    try {
      await this.during(() => {
        this.ask(1, 'QUIT\r\n');
        return this.answer(Math.min(FAREWELL, this.#options.timeout));
      });
    } catch {
      // It is over, in one way or the other.
    }
    this.end();
  }

  /** The server knows that it is over. */
  end(): void {
    this.#fail('closed', 'was left.');
    this.#socket.destroySoon();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#lineCame(line.replace(/\r$/, ''));
    if (this.#rest.length > LONGEST_LINE) this.#saysTooMuch();
    this.#settle();
  }

  /** What comes without having been asked for is a farewell, or not understood. */
  #lineCame(line: string): void {
    if (--this.#expected >= 0 && line.length <= LONGEST_LINE) this.#lines.push(line);
    else if (/^BAIL\b/i.test(line)) this.#fail('closed', 'closed the connection.');
    else this.#saysTooMuch();
  }

  #saysTooMuch(): void {
    this.#rest = '';
    this.#fail('not-nsca-ng', 'says more than nsca-ng does: is it one?');
    this.#socket.destroy();
  }

  /** @throws NscaNgError `closed` */
  #parse(line: string): Answer {
    if (line === OKAY.word) return OKAY;
    const [, word = '', text = ''] = /^(\S*) ?(.*)$/s.exec(line) ?? [];
    const answer = { word: word.toUpperCase(), text };
    if (answer.word === 'BAIL') throw this.#errorOf('closed', `closed the connection: ${quoted(text)}.`);
    return answer;
  }

  /** The first reason is the one that is told. */
  #fail(code: NscaNgError['code'], message: string): void {
    this.#failWith(this.#errorOf(code, message));
  }

  #failWith(error: NscaNgError): void {
    this.#error ??= error;
    // Who has sent on it may send on others for long.
    this.#listenTo(undefined);
    this.#settle();
  }

  #errorOf(code: NscaNgError['code'], message: string): NscaNgError {
    return new NscaNgError(code, `${this.#where} ${message}`);
  }
}

/** As far as a log takes it. */
const quoted = (text: string): string => JSON.stringify(text.trim().slice(0, 100));

/**
 * Over TLS 1.3 the server sends session tickets, which nobody needs. Its first answer waits until they are acknowledged
 * (Nagle's algorithm), which this side's kernel puts off by 40 ms unless it has something to send. So what is sent first
 * waits for them.
 */
function ticketsOf(socket: TLSSocket): Promise<void> {
  if (socket.getProtocol() !== 'TLSv1.3') return Promise.resolve();
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      // Node.js tells it from within its reading, where what is written is not sent (seen with 20.20).
      setImmediate(resolve);
    };
    const timer = setTimeout(goOn, PATIENCE_FOR_TICKETS);
    socket.once('session', goOn);
    socket.once('close', goOn);
  });
}
