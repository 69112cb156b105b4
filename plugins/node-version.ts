/**
 * What is wrong with the Node.js that runs this, if something is.
 *
 * @param running `process.versions.node`
 * @param engines what package.json asks for, as `>=20.15`
 */
export function nodeProblem(running: string, engines: string): string | undefined {
  const needed = engines.replace('>=', '');
  const [major = 0, minor = 0] = numbersOf(running);
  const [neededMajor = 0, neededMinor = 0] = numbersOf(needed);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return undefined;
  return `this is Node.js ${running}: install ${needed} or later`;
}

const numbersOf = (version: string): number[] => version.split('.').map(Number);
