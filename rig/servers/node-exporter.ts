import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Program } from '../programs/command.js';

/** Debian's node_exporter on loopback, with nothing but its textfile collector, over a folder of the caller's. */
export class NodeExporter {
  readonly #program: Program;
  #port = 0;

  private constructor(folder: string) {
    this.#program = new Program('/usr/bin/prometheus-node-exporter', [
      '--web.listen-address=127.0.0.1:0',
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ]);
  }

  static async start(folder: string): Promise<NodeExporter> {
    const exporter = new NodeExporter(folder);
    const port = () =>
      /msg="Listening on" address=127\.0\.0\.1:(\d+)/.exec(exporter.#program.stderr.join('\n'))?.[1];
    await exporter.#program.until(() => port() !== undefined);
    exporter.#port = Number(port());
    return exporter;
  }

  /** What a Prometheus server would read from it now. */
  async metrics(): Promise<string> {
    const asking = request({ host: '127.0.0.1', port: this.#port, path: '/metrics', agent: false }).end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return text(response);
  }

  /** What it complains of. */
  get complaints(): string[] {
    return this.#program.stderr.filter((line) => line.includes('level=error'));
  }

  async stop(): Promise<void> {
    this.#program.signal('SIGTERM');
    await this.#program.finished();
  }
}
