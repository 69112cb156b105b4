/** npm run demo: a leak from the kernel to an NSCA server, as it happens. */
import { CommanderError } from 'commander';
import { Demo, DemoEnded } from './demo/demo.js';
import { type DemoOptions, demoCommand } from './demo/options.js';

const EXIT_UNKNOWN = 3;
const EXIT_INTERRUPTED = 130;

async function show(options: DemoOptions): Promise<void> {
  const demo = new Demo(options);
  const interrupt = () => {
    process.exitCode = EXIT_INTERRUPTED;
    demo.stop(new DemoEnded(''));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  // Nobody reads any more.
  process.stdout.on('error', interrupt);
  try {
    await demo.run();
  } catch (error) {
    if (!(error instanceof DemoEnded)) throw error;
    if (error.message !== '') fail(error.message);
  } finally {
    await demo.close();
  }
}

function fail(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = EXIT_UNKNOWN;
}

try {
  await demoCommand(show).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) process.exitCode = EXIT_UNKNOWN;
  else fail(`demo: ${error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}`);
}
