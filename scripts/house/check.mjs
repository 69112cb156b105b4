/**
 * Checks what imports what: no circle, rooms by their face, only rooms that the table allows (table.mjs), and no
 * permission that nobody uses. A line for each fault; exit status 1 if there is one.
 */
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { forbidden } from './rules.mjs';
import { tableProblems } from './unused.mjs';

const baseDir = fileURLToPath(new URL('../../', import.meta.url));
process.chdir(baseDir);

const { output } = await cruise(['src', 'plugins', 'scripts', 'rig', 'test', 'bench'], {
  baseDir,
  ruleSet: { forbidden },
  validate: true,
  // Of TypeScript, by its own compiler: a type counts as well.
  parser: 'tsc',
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  doNotFollow: { path: 'node_modules' },
});

const imports = output.modules.flatMap(({ source, dependencies }) =>
  dependencies.map(({ resolved, dependencyTypes }) => ({
    from: source,
    to: resolved,
    isType: dependencyTypes.includes('type-only'),
  })),
);
const faults = [
  ...output.summary.violations.map(({ rule, from, to, cycle = [] }) => {
    const way = cycle.length > 0 ? cycle.map(({ name }) => name) : [to];
    return `${[from, ...way].join(' -> ')}: ${rule.name}`;
  }),
  ...tableProblems(imports).map((problem) => `scripts/house/table.mjs: ${problem}`),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
