import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import { MOST_SERVERS } from '../../src/destinations/index.js';
import { exitAtOnce } from '../../src/ffi/index.js';
import { giveThreads } from '../../src/lookup/index.js';
import { printable } from '../../src/text/index.js';
import { EXIT_OK, EXIT_UNKNOWN } from '../exit-codes.js';
import { requireNetwork } from '../node-permission.js';
import { printError, printLine } from '../output/output.js';
import { answersOf, type Answers, type SetupOptions } from '../setup/answers.js';
import { makeFolder, replaceable, writeConfig, writeSecret } from '../setup/files.js';
import { closedTo, SERVICE_USER, serviceOwner, type Owner } from '../setup/owner.js';
import { readTemplate, type Template } from '../setup/template.js';
import { Terminal } from '../setup/terminal.js';
import { sendTestResult } from '../setup/test-result.js';
import { DEFAULT_FILE } from '../shipped.js';
import { generate } from './generate.js';

/** Where the package has it. */
const CONFIG = '/etc/check_rlimit_passive/config.yaml';

export type Options = SetupOptions & { readonly config?: string };

/**
 * `check_rlimit_passive setup`: asks for what the command line does not say, writes the configuration, sends a result
 * if that is wanted, and says what the server has to know. A file that somebody has written is left alone.
 * The exit status is OK if it is written, and the test result was not refused.
 */
export async function setup({ config: file = CONFIG, ...options }: Options): Promise<void> {
  const path = resolve(file);
  const template = readTemplate(DEFAULT_FILE);
  replaceable(path, template.text);
  const answers = await asked(options, dirname(path));
  if (answers.test) {
    requireNetwork();
    giveThreads(MOST_SERVERS);
  }
  const config = await write(path, answers, template);
  printLine(printable(`${path} is written, for host ${config.host}`));
  const { central, delivered } = answers.kind;
  const test = answers.test ? await sendTestResult(config, delivered) : undefined;
  printLine('');
  printLine(printable(`What the server has to know, as generate ${central} -c ${path} prints it:`));
  printLine('');
  generate(central, { config: path });
  printLine('');
  if (test)
    printLine(
      printable(
        `${test.isWell ? '' : 'no: '}the test result (${config.services[0]?.description ?? ''}) ${test.text}`,
      ),
    );
  const [start, look] =
    path === CONFIG
      ? [`systemctl restart ${SERVICE_USER}`, '']
      : [`check_rlimit_passive -c ${path}`, ` -c ${path}`];
  printLine(printable(`Next: ${start}, once the server knows that; then check_rlimit_passive status${look}`));
  // All is written. A name that nobody answers for would keep the process for as long as the resolver tries.
  if (test) exitAtOnce(test.isWell ? EXIT_OK : EXIT_UNKNOWN);
}

async function asked(options: SetupOptions, directory: string): Promise<Answers> {
  const terminal = isatty(0) ? new Terminal() : undefined;
  try {
    return await answersOf({ options, asker: terminal, readLine: lineOfInput, directory });
  } finally {
    terminal?.close();
  }
}

async function lineOfInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}

async function write(path: string, { kind, host, written, secretFile }: Answers, template: Template) {
  const owner = await serviceOwner();
  await makeFolder(dirname(path), owner);
  if (secretFile) await writeSecret(secretFile, owner);
  try {
    await tellOfUnreadable(written, dirname(path), owner);
    const text = template.withDestination({ type: kind.type, ...written }, host);
    const config = await writeConfig(path, text, template.text);
    if (secretFile) {
      printLine(printable(`${secretFile.path} is written, for ${owner ? SERVICE_USER : 'you'} alone`));
      if (!owner && path === CONFIG) printError(printable(noUserYet(secretFile.path)));
    }
    return config;
  } catch (error) {
    if (secretFile) await rm(secretFile.path, { force: true });
    throw error;
  }
}

/** The unit makes a user for as long as it runs: that one can read nothing of root's. */
function noUserYet(file: string): string {
  return (
    `warning: there is no user ${SERVICE_USER}, so the service cannot read ${file}; ` +
    `make one, as docs/commands.md says, and run chown ${SERVICE_USER} of it`
  );
}

/** Who sets it up is root as a rule, and can read what the service cannot. */
async function tellOfUnreadable(written: Answers['written'], directory: string, owner: Owner | undefined) {
  if (!owner) return;
  for (const [key, value] of Object.entries(written)) {
    const file = resolve(directory, String(value));
    if (!key.endsWith('_file') || !existsSync(file)) continue;
    const closed = await closedTo(owner, file);
    if (closed === undefined) continue;
    const remedy =
      closed === file
        ? `run chown ${SERVICE_USER} of it`
        : `it may not enter ${closed}: move the file beside the configuration file, and name it anew there`;
    printError(printable(`warning: the service, as ${SERVICE_USER}, cannot read ${file}; ${remedy}`));
  }
}
