import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  createClient,
  type Icinga2Client,
  type Icinga2ClientOptions,
} from '../../../src/icinga2-client/index.js';
import { Authority, pem } from '../../../rig/servers/authority.js';

/** A request as it came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The number of its connection. */
  readonly connection: number;
}

export type Script = (response: ServerResponse, asked: Asked) => void;

/** What Icinga answers (shared by 2.13 to 2.16). */
export const processed = (response: ServerResponse) => {
  answer(response, 200, {
    results: [{ code: 200, status: "Successfully processed check result for object 'gw01!fds'." }],
  });
};

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Certificates for servers of one test file. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'icinga2-client-'));
  readonly authority = new Authority(join(this.#folder, 'authority'));
  readonly other = new Authority(join(this.#folder, 'other'));
  /** The server's own, of which one is enough: each takes two runs of openssl(1). */
  readonly mon1 = pem(this.authority.issue('mon1'));

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** An HTTPS server on loopback that says what the test wants, and not what Icinga would. */
export class ScriptedServer {
  readonly asked: Asked[] = [];
  script: Script = processed;
  /** It answers before it has read the whole request. */
  isHasty = false;
  readonly #server: Server;
  readonly #closed: Promise<unknown>;
  readonly #sockets: Socket[] = [];
  readonly #clients: Icinga2Client[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.#closed = once(server, 'close');
    server.on('secureConnection', (socket) => this.#sockets.push(socket));
    // A client that breaks off.
    server.on('tlsClientError', () => undefined);
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(options: ServerOptions): Promise<ScriptedServer> {
    const server = createServer({ keepAliveTimeout: 60_000, ...options }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.length;
  }

  client(options: Partial<Icinga2ClientOptions> = {}): Icinga2Client {
    const client = createClient({
      host: '127.0.0.1',
      port: this.port,
      user: 'gw01',
      password: 'secret',
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  /** Hangs up on everybody. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.end();
  }

  /** As a server does that is being restarted. */
  refuseOthers(): void {
    this.#server.close();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await this.#closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    if (this.isHasty) processed(response);
    const connection = this.#sockets.indexOf(request.socket);
    const asked = { method, path, headers, body: await text(request), connection };
    this.asked.push(asked);
    if (!this.isHasty) this.script(response, asked);
  }
}
