import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { portIn } from '../../plugins/commands/listening.js';
import { parseSentText } from '../../src/delivery/index.js';
import { parseResultLine, type ReadResult } from '../../src/services/index.js';
import { Child } from './child.js';
import { Feed } from './feed.js';
import type { DemoOptions, Server } from './options.js';
import { type Arrival, CRITICAL_PERCENT, LIMIT, type Step, Story, WARNING } from './story.js';

/** The whole takes eight seconds. */
const DEADLINE = 60_000;
/** Far enough above the last level for the pace of broker.ts, and below the first one. */
const HIGHEST = 94;
const LOWEST = 45;
const STATES = ['OK', 'WARNING', 'CRITICAL', 'WARNING', 'OK'];

const COMMAND = new URL('../../../plugins/check_rlimit_passive', import.meta.url).pathname;
/** How each line begins that the command itself has for its administrator. */
const OURS = 'check_rlimit_passive: ';
const BROKER = new URL('./broker.js', import.meta.url).pathname;

/** How an agent and a server know each other. */
interface Agreement {
  /** Of `receive`. */
  readonly options: readonly string[];
  /** Of a destination. */
  readonly keys: object;
  readonly inWords: string;
}

/** Why there is no more to show; the message is one line. */
export class DemoEnded extends Error {
  override readonly name = 'DemoEnded';
}

/** The demo's processes and what comes from them. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rlimit-demo-'));
  readonly #children: Child[] = [];
  readonly #ports = new Feed<number>();
  readonly #steps = new Feed<Step>();
  readonly #arrivals = new Feed<Arrival>();
  readonly #deadline = setTimeout(() => {
    this.stop(new DemoEnded(`demo: not over after ${DEADLINE / 1000} s`));
  }, DEADLINE);

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  /** Shows everything. @throws DemoEnded when something kept it from that */
  async run(): Promise<void> {
    const { server } = this.#options;
    const story = new Story(server);
    const agreement = this.#agreement();
    const target = server ?? { host: '127.0.0.1', port: await this.#startReceiver(agreement) };
    let begun = false;
    const broker = this.#startBroker((step) => {
      if (begun) story.step(step);
    });
    // It is itself now, and no longer a shell.
    await this.#steps.next();
    const agent = this.#startAgent(broker.pid, target, agreement);

    // With the first result everything stands; what went wrong until then is told by a line of its own.
    const atStart = await this.#arrivals.next();
    begun = true;
    const receiver = `${server ? 'server  ' : 'receiver'}  ${target.host} port ${target.port}`;
    story.begin({ broker: broker.pid, agent: agent.pid, receiver, by: agreement.inWords });
    story.arrival(atStart, undefined);
    const states = [atStart.state];
    broker.write(String(HIGHEST));
    while (states.length < STATES.length) {
      const arrival = await this.#arrivals.next();
      story.arrival(arrival, await this.#stepTo(countIn(arrival)));
      states.push(arrival.state);
      if (arrival.state === 'CRITICAL') broker.write(String(LOWEST));
    }
    if (states.join() !== STATES.join())
      throw new DemoEnded(`demo: the states should have been ${STATES.join(', ')}`);
    story.end(states);
  }

  /** Nothing more is waited for. */
  stop(reason: DemoEnded): void {
    for (const feed of [this.#ports, this.#steps, this.#arrivals]) feed.fail(reason);
  }

  /**
   * Ends every process, and leaves nothing behind. One after the other, the agent before whom it watches: it would tell
   * that nobody is there any more, and a real server would keep that.
   */
  async close(): Promise<void> {
    clearTimeout(this.#deadline);
    for (const child of this.#children.toReversed()) await child.end();
    rmSync(this.#folder, { recursive: true });
  }

  /** The first step to a count that no earlier result was about. */
  async #stepTo(count: number): Promise<Step> {
    for (;;) {
      const step = await this.#steps.next();
      if (step.count === count) return step;
    }
  }

  /** How this side and the server know each other, as a command line has it and as a destination has it. */
  #agreement(): Agreement {
    const { type, encryption, identity, server, passwordFile, keyFile } = this.#options;
    const given = type === 'nsca' ? passwordFile : keyFile;
    const file = given === undefined ? (server ? undefined : this.#secretFile()) : resolve(given);
    const path = file === undefined ? [] : [file];
    return type === 'nsca'
      ? {
          options: ['--encryption', encryption, ...path.flatMap((name) => ['--password-file', name])],
          keys: { type, encryption, ...(file !== undefined && { password_file: file }) },
          inWords: `encryption ${encryption}`,
        }
      : {
          options: ['--type', type, '--identity', identity, ...path.flatMap((name) => ['--key-file', name])],
          keys: { type, identity, ...(file !== undefined && { key_file: file }) },
          inWords: `nsca-ng, identity ${identity}`,
        };
  }

  #secretFile(): string {
    const file = join(this.#folder, 'secret');
    writeFileSync(file, `${randomBytes(12).toString('base64url')}\n`, { mode: 0o600 });
    return file;
  }

  #startReceiver({ options }: Agreement): Promise<number> {
    this.#start('receiver', COMMAND, ['receive', '--port', '0', ...options], {
      onOutput: (line) => {
        this.#arrive(parseResultLine(line), line);
      },
      onError: (line) => {
        const port = portIn(line);
        if (port === undefined) this.stop(new DemoEnded(line));
        else this.#ports.push(port);
      },
    });
    return this.#ports.next();
  }

  #startBroker(onStep: (step: Step) => void): Child {
    const limited = `ulimit -n ${LIMIT} && exec "$0" "$@"`;
    return this.#start('broker', 'sh', ['-c', limited, process.execPath, BROKER], {
      onOutput: (line) => {
        const [count, time] = line.split(' ');
        const step = { count: Number(count), time: BigInt(time ?? '0') };
        onStep(step);
        this.#steps.push(step);
      },
    });
  }

  #startAgent(pid: number, target: Server, { keys }: Agreement): Child {
    const { host, service, server } = this.#options;
    const file = join(this.#folder, 'agent.yaml');
    const config = {
      host,
      // Its own: on this machine there may be an agent at work.
      state_directory: this.#folder,
      status_socket: join(this.#folder, 'status.sock'),
      destinations: [{ ...keys, server: target.host, port: target.port }],
      services: [
        { service, process: { pid }, resource: 'nofile', warning: WARNING, critical: `${CRITICAL_PERCENT}%` },
      ],
    };
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(config));
    // A real server does not tell what it got, so the agent has to tell what it sent.
    const verbose = server ? ['--verbose'] : [];
    return this.#start('agent', COMMAND, ['-c', file, ...verbose], {
      onError: (line) => {
        this.#arrive(parseSentText(line), line);
      },
    });
  }

  /** What a line says has arrived now; or what keeps it from that. */
  #arrive(result: ReadResult | undefined, line: string): void {
    if (result) this.#arrivals.push({ ...result, time: process.hrtime.bigint() });
    else this.stop(new DemoEnded(line));
  }

  #start(
    name: string,
    command: string,
    parameters: readonly string[],
    {
      onOutput,
      onError = (line) => {
        this.stop(new DemoEnded(line));
      },
    }: { onOutput?: (line: string) => void; onError?: (line: string) => void },
  ): Child {
    let lastWords = '';
    const child = new Child(command, parameters, {
      ...(onOutput && { onOutput }),
      onError: (line) => {
        lastWords = `: ${line}`;
        // Node.js has warnings of its own, which are no failure unless it ends.
        if (line.startsWith(OURS)) onError(line);
      },
      onEnd: (reason) => {
        this.stop(new DemoEnded(`demo: the ${name} ${reason}${lastWords}`));
      },
    });
    this.#children.push(child);
    return child;
  }
}

/** How many open files a result is about. */
function countIn({ perfdata: [fds] }: Arrival): number {
  return fds?.value ?? NaN;
}
