import type { ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { isForbidden, startScript, wasWanted } from './script.js';

/**
 * A file is replaced as a whole, and reaches the disk before its name does. It is for nobody else to read; a link or a pipe
 * beside it is not followed.
 */
const REPLACE = `
umask 077
mkdir -p -- "$2" && rm -f -- "$1.tmp" && cat > "$1.tmp" &&
  dd of="$1.tmp" conv=notrunc,fsync status=none < /dev/null && mv -f -- "$1.tmp" "$1" && exit
rm -f -- "$1.tmp"
exit 1`;
const REMOVE = 'exec rm -f -- "$1"';

/**
 * Writes a file that somebody else has to answer for, by other programs: whoever is at it when he falls silent can neither
 * be ended nor end, and that is not this process then. It is done when he answers again.
 *
 * @param text empty: there is to be no file
 * @returns false: there is nobody to do it
 * @throws Error whose `code` is what the programs say, or the system of starting them
 */
export async function writeElsewhere(path: string, text: string): Promise<boolean> {
  const child = await start(text === '' ? REMOVE : REPLACE, [path, dirname(path)]);
  if (!child) return false;
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (said += part));
  // One that fails reads no more.
  child.stdin?.on('error', () => undefined).end(text);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (!wasWanted(child)) return true;
  if (status !== 0) throw Object.assign(new Error(said), { code: reasonIn(said) });
  return true;
}

/** @returns undefined: there is no shell, or Node.js may not start programs (--permission) */
async function start(script: string, parameters: readonly string[]): Promise<ChildProcess | undefined> {
  try {
    const child = startScript(script, parameters, ['pipe', 'ignore', 'pipe']);
    const failed = new Promise<Error>((resolve) => child.on('error', resolve));
    // Without a number it was not started, and why is told by the event.
    if (child.pid === undefined) throw await failed;
    return child;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** `cat: write error: No space left on device`: what the system says. */
function reasonIn(said: string): string {
  return said.split('\n', 1)[0]?.split(': ').at(-1) ?? '';
}
