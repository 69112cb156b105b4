import { once } from 'node:events';
import { createServer as overHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as overHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export const TOKEN = 'a token of this test & more=1';

/** A check as it came. */
export interface ReceivedCheck {
  readonly type: string;
  readonly host: string;
  readonly service: string;
  readonly state: string;
  readonly output: string;
}

export interface NrdpReceiverOptions {
  /** Whose answers it gives. Default: 2.0. */
  readonly version?: '1.5' | '2.0';
  /** For HTTPS, as PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Answers in the place of NRDP, and says whether it has. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/**
 * A receiver of our own, on loopback, since Debian has no NRDP. It was written from what NRDP 2.0.6 and 1.5.2 were seen
 * to do, and from their sources; it is not NRDP, and proves nothing of it.
 */
export class NrdpReceiver {
  readonly checks: ReceivedCheck[] = [];
  /** How many requests, and how many connections there were. */
  requests = 0;
  connections = 0;
  /** What stood in their first lines. */
  readonly paths: string[] = [];
  readonly #server: Server;
  readonly #options: NrdpReceiverOptions;
  readonly #sockets = new Set<Socket>();
  #onCheck: () => void = () => undefined;

  private constructor(options: NrdpReceiverOptions) {
    this.#options = options;
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response);
    };
    this.#server = options.tls ? overHttps(options.tls, serve) : overHttp(serve);
    this.#server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
    this.#server.on('tlsClientError', () => undefined);
  }

  static async start(options: NrdpReceiverOptions = {}): Promise<NrdpReceiver> {
    const receiver = new NrdpReceiver(options);
    await receiver.begin(0);
    return receiver;
  }

  async begin(port = this.port): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = port === 0 ? (this.#server.address() as AddressInfo).port : port;
  }

  port = 0;

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}/nrdp/`;
  }

  /** Breaks all connections off, and takes none. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.dropConnections();
    await closed;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async until(count: number): Promise<readonly ReceivedCheck[]> {
    while (this.checks.length < count) await new Promise<void>((resolve) => (this.#onCheck = resolve));
    return this.checks;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    this.paths.push(request.url ?? '');
    if (this.#options.instead?.(request, response)) return;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    // Whatever becomes of it: 200.
    const cmd = form.get('cmd');
    if (request.method !== 'POST' || cmd === null) response.end('<!DOCTYPE html><title>NRDP</title>');
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(this.#answer(form)));
  }

  #answer(form: URLSearchParams): object {
    const token = form.get('token') ?? '';
    if (token === '') return this.#result(-1, 'NO TOKEN');
    if (token !== TOKEN) return this.#result(-1, 'BAD TOKEN');
    try {
      const { checkresults } = JSON.parse(form.get('JSONDATA') ?? '') as { checkresults: readonly Item[] };
      for (const item of checkresults) this.#store(item);
      return this.#result(0, 'OK', `${checkresults.length} checks processed`);
    } catch {
      return this.#result(-1, 'BAD JSON');
    }
  }

  #store({ checkresult, hostname, servicename, state, output, time }: Item): void {
    // 1.5 counts it nevertheless.
    if (time !== undefined && this.#options.version === '1.5') return;
    this.checks.push({
      type: checkresult?.type ?? 'host',
      host: hostname,
      service: servicename,
      state,
      output: output.replaceAll('\n', String.raw`\n`).replaceAll('\t', ' '),
    });
    this.#onCheck();
  }

  #result(status: number, message: string, output?: string): object {
    if (this.#options.version === '1.5') return { result: { status: String(status), message, output } };
    return { result: { status, message, ...(output !== undefined && { meta: { output } }) } };
  }
}

interface Item {
  readonly checkresult?: { readonly type?: string };
  readonly hostname: string;
  readonly servicename: string;
  readonly state: string;
  readonly output: string;
  readonly time?: unknown;
}
