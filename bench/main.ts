/** npm run bench: answers each question of bench/questions by measuring, side by side with what is done today. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { plot } from './lib/plot.js';
import { toRows, type Question, type Row } from './lib/question.js';
import { table } from './lib/table.js';
import { atRest } from './questions/at-rest.js';
import { boards } from './questions/boards.js';
import { comingAndGoing } from './questions/coming-and-going.js';
import { cost } from './questions/cost.js';
import { destinations } from './questions/destinations.js';
import { fleet } from './questions/fleet.js';
import { growth } from './questions/growth.js';
import { howSoon } from './questions/how-soon.js';
import { resources } from './questions/resources.js';
import { seen } from './questions/seen.js';
import { size } from './questions/size.js';
import { start } from './questions/start.js';
import { throughput } from './questions/throughput.js';

const QUESTIONS: readonly Question[] = [
  cost,
  growth,
  resources,
  comingAndGoing,
  boards,
  howSoon,
  seen,
  atRest,
  size,
  start,
  throughput,
  destinations,
  fleet,
];
const names = QUESTIONS.map(({ name }) => name).join(', ');
const usage = `usage: npm run bench -- [--only NAME]... [--quick]

  --only NAME  ${names}; may be given more than once (default: all)
  --quick      a tenth of everything, to see that it works: the figures say nothing, and are not kept
`;
/** From dist/bench/ to the sources. */
const RESULTS = new URL('../../bench/results/', import.meta.url).pathname;

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`bench: ${line}\n`);

/** Answers with the exit status: 1 if a target was not met. */
async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { only, quick, help } = parse(argv);
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = only.find((name) => !QUESTIONS.some((question) => question.name === name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: there is ${names}`);
  if (process.getuid?.() !== 0) throw new UsageError('it needs root, as the agent does');

  let isAllMet = true;
  for (const question of QUESTIONS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const started = performance.now();
    say(`== ${question.title}`);
    const { measurements, notes } = await question.answer({ quick, signal, say: complain });
    const rows = toRows(measurements.filter(({ values }) => values.length > 0));
    const empty = measurements.filter(({ values }) => values.length === 0);
    const allNotes = [...notes, ...empty.map(({ group, name }) => `${group}, ${name}: nothing was seen`)];
    say(`${table(rows)}\n`);
    for (const note of allNotes) say(`note: ${note}`);
    say(`(${Math.round((performance.now() - started) / 1000)} s)\n`);
    if (rows.some(({ target }) => target?.met === false)) isAllMet = false;
    if (!quick) keep(question, rows, allNotes);
  }
  return isAllMet ? 0 : 1;
}

function keep(
  { name, title, isPlotted = () => true }: Question,
  rows: readonly Row[],
  notes: readonly string[],
) {
  mkdirSync(RESULTS, { recursive: true });
  const machine = { kernel: release(), arch: process.arch, processors: cpus().length, node: process.version };
  writeFileSync(
    `${RESULTS}${name}.json`,
    `${JSON.stringify({ name, title, machine, rows, notes }, rounded, 2)}\n`,
  );
  writeFileSync(`${RESULTS}${name}.svg`, plot(title, rows.filter(isPlotted)));
}

/** Six digits say all that there is. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

/** What was asked for cannot be done. The message is one line. */
class UsageError extends Error {}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stop.abort();
    process.exit(130);
  });
}
try {
  process.exitCode = await main(process.argv.slice(2), stop.signal);
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 3;
}
