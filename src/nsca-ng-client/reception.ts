/** One connection of a receiver, word for word as nsca-ng 1.6 answers. */
import type { TLSSocket } from 'node:tls';
import { parseCommand, type RawResult } from './command.js';
import type { NscaNgResult } from './result.js';

/** The other end of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/**
 * Why something was refused:
 *
 * - `handshake`: another key, an identity that is not known, or no TLS at all.
 * - `protocol`: what was asked cannot be understood; the connection goes on, unless a line is too long.
 * - `invalid-result`: it is no result of a service or a host.
 * - `idle`: nothing came for too long within a command.
 * - `busy`: more connections than `maxConnections`, or than the system allows.
 */
export type RefusalReason = 'handshake' | 'protocol' | 'invalid-result' | 'idle' | 'busy';

/** A result's texts as they came, which are not always UTF-8. */
export type RawTexts = Readonly<Record<'host' | 'service' | 'output', Buffer>>;

export type ReceiverEvent =
  | {
      readonly type: 'result';
      readonly result: NscaNgResult;
      readonly texts: RawTexts;
      readonly peer: Peer;
    }
  | {
      readonly type: 'refusal';
      readonly reason: RefusalReason;
      readonly message: string;
      readonly peer: Peer;
    };

export const peerOf = ({ remoteAddress, remotePort }: Remote): Peer => ({
  address: remoteAddress ?? '',
  port: remotePort ?? 0,
});

interface Remote {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** Bytes, as the real server has them. */
const LONGEST_LINE = 1920;
const LONGEST_COMMAND = 16_384;

export class Reception {
  readonly #socket: TLSSocket;
  readonly #onEvent: (event: ReceiverEvent) => void;
  readonly #peer: Peer;
  #bytes = Buffer.alloc(0);
  #greeted = false;
  /** Bytes of the command that was announced. */
  #announced: number | undefined;
  #isOver = false;

  constructor(socket: TLSSocket, idleTimeout: number, onEvent: (event: ReceiverEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    this.#peer = peerOf(socket);
    socket.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    socket.setTimeout(idleTimeout, () => {
      if (this.#announced !== undefined) this.#refuse('idle', `Nothing came for ${idleTimeout} ms.`);
      this.#end('BAIL Connection timed out');
    });
    // A client that breaks off ends its own connection only; 'close' follows.
    socket.on('error', () => undefined);
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#step());
  }

  /** Returns whether there may be more to do. */
  #step(): boolean {
    const length = this.#announced ?? this.#bytes.indexOf('\n') + 1;
    const isComplete = length > 0 && this.#bytes.length >= length;
    if (this.#announced === undefined && (isComplete ? length : this.#bytes.length) > LONGEST_LINE) {
      this.#refuse('protocol', 'A request is too long.');
      this.#end('BAIL Request line too long');
    } else if (isComplete) {
      const part = this.#bytes.subarray(0, length);
      this.#bytes = this.#bytes.subarray(length);
      if (this.#announced === undefined) this.#onRequest(part.toString('latin1').replace(/\r?\n$/, ''));
      else this.#onCommand(part);
    }
    return isComplete && !this.#isOver;
  }

  #onRequest(line: string): void {
    const [first = '', argument, ...more] = line.split(/ +/);
    const word = first.toUpperCase();
    if (word === 'QUIT') this.#end('OKAY');
    else if (word === 'BAIL') this.#end();
    else if (this.#greeted) this.#onGreeted(word, more.length === 0 ? argument : undefined);
    else if (word === 'PING') this.#end('PONG 1');
    else if (word !== 'MOIN') this.#fail('Expected MOIN or PING or BAIL');
    else if (more.length !== 1) this.#fail('Cannot parse MOIN request');
    else if (!(Number(argument) > 0)) this.#fail('Expected protocol version');
    else {
      this.#greeted = true;
      this.#answer('MOIN 1');
    }
  }

  #onGreeted(word: string, argument: string | undefined): void {
    const size = Number(argument);
    if (word === 'NOOP') this.#answer('OKAY');
    else if (word !== 'PUSH') this.#fail('Expected PUSH or NOOP or QUIT');
    else if (argument === undefined) this.#fail('Cannot parse PUSH request');
    else if (!Number.isInteger(size) || size < 1) this.#fail('Expected number of bytes');
    else if (size > LONGEST_COMMAND) this.#fail('PUSH data size too large');
    else {
      this.#announced = size;
      this.#answer('OKAY');
    }
  }

  #onCommand(command: Buffer): void {
    this.#announced = undefined;
    const raw = parseCommand(command);
    if (raw) {
      this.#answer('OKAY');
      this.#onEvent({ type: 'result', ...readable(raw), peer: this.#peer });
    } else {
      this.#answer("FAIL You're not authorized");
      this.#refuse('invalid-result', 'A command that is no result of a service or a host.');
    }
  }

  #fail(problem: string): void {
    this.#answer(`FAIL ${problem}`);
    this.#refuse('protocol', `${problem}.`);
  }

  #answer(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  #end(line?: string): void {
    this.#isOver = true;
    this.#socket.end(line === undefined ? '' : `${line}\r\n`);
  }

  #refuse(reason: RefusalReason, message: string): void {
    this.#onEvent({ type: 'refusal', reason, message, peer: this.#peer });
  }
}

function readable({ host, service, output, ...rest }: RawResult): { result: NscaNgResult; texts: RawTexts } {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const texts = { host: bytes(host), service: bytes(service ?? ''), output: bytes(output) };
  const result = {
    ...rest,
    host: texts.host.toString(),
    ...(service !== undefined && { service: texts.service.toString() }),
    output: texts.output.toString(),
  };
  return { result, texts };
}
