import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, COMMAND, Program } from '../../rig/programs/command.js';

/** A folder with a configuration file for one test, and places for what an agent keeps. */
export class AgentFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'agent-'));
  readonly config = join(this.path, 'config.yaml');
  readonly socket = join(this.path, 'status.sock');
  readonly #agents: Program[] = [];

  /** What systemd would tell an agent of its directories. */
  get environment(): NodeJS.ProcessEnv {
    return { RUNTIME_DIRECTORY: this.path, STATE_DIRECTORY: this.path };
  }

  /** One service for each name, over a process, with these keys besides. */
  write(
    services: Readonly<Record<string, { readonly pid: number; readonly keys: string }>>,
    rest = '',
  ): void {
    const lines = Object.entries(services).map(
      ([name, { pid, keys }]) =>
        `  - { service: ${name}, process: { pid: ${pid} }, resource: nofile, ${keys} }\n`,
    );
    writeFileSync(this.config, `host: gw01\n${rest}services:\n${lines.join('')}`);
  }

  /** An agent by the file, which keeps what it keeps here. */
  start(parameters: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Program {
    const agent = new Program(COMMAND, ['-c', this.config, ...parameters], {
      ...this.environment,
      ...environment,
    });
    this.#agents.push(agent);
    return agent;
  }

  /** The state of each service, as the running agent tells it. */
  async states(): Promise<Map<string, string>> {
    const { status, stdout, stderr } = await Command.run('status', '--socket', this.socket, '--json');
    if (status !== 0) throw new Error(`status ended with ${status}: ${stderr.join('\n')}`);
    const { services } = JSON.parse(stdout.join('\n')) as {
      services: { description: string; state: string }[];
    };
    return new Map(services.map(({ description, state }) => [description, state]));
  }

  /** Ends the agents, whatever they do. */
  async end(): Promise<void> {
    for (const agent of this.#agents.splice(0)) {
      agent.signal('SIGKILL');
      await agent.finished();
    }
    this.remove();
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** A destination that nobody listens at: port 1 of this machine. */
export const NOWHERE = 'destinations:\n  - { type: nsca, server: 127.0.0.1, port: 1 }\n';
