import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Workshop } from './workshop.js';

/** The first of the server's bytes: an IV and the time. */
export const INIT_SIZE = 132;
export const PACKET_SIZE = 4304;

/** Takes what an NSCA server takes, and notes when the last byte of each result was there. */
export class StampingServer {
  /** ns of CLOCK_MONOTONIC, one for each result. */
  readonly arrivals: number[] = [];
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((socket) => {
      this.#serve(socket);
    });
  }

  static async start(workshop: Workshop): Promise<StampingServer> {
    const server = new StampingServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    workshop.atEnd(async () => {
      for (const socket of server.#open) socket.destroy();
      server.#server.close();
      await once(server.#server, 'close');
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits until so many results are there. */
  async until(count: number): Promise<void> {
    await this.#when(() => this.arrivals.length >= count);
  }

  /** When a result was there, which are counted from 0, once it is. */
  async arrival(index: number): Promise<number> {
    await this.until(index + 1);
    return this.arrivals[index] ?? NaN;
  }

  /** Waits until nobody is connected. */
  async quiet(): Promise<void> {
    await this.#when(() => this.#open.size === 0);
  }

  #serve(socket: Socket): void {
    let bytes = 0;
    this.#open.add(socket);
    socket.on('data', (data) => {
      const time = Number(process.hrtime.bigint());
      const before = Math.floor(bytes / PACKET_SIZE);
      bytes += data.length;
      for (let i = before; i < Math.floor(bytes / PACKET_SIZE); i++) this.arrivals.push(time);
      this.#wake();
    });
    // The peer breaks off when it is stopped.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#wake();
    });
    socket.write(Buffer.alloc(INIT_SIZE));
  }

  async #when(isThere: () => boolean): Promise<void> {
    while (!isThere()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const look of this.#waiting.splice(0)) look();
  }
}
