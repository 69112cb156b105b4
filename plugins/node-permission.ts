import { CommandError } from './exit-codes.js';

/** What lets Node.js do what its permission model (`node --permission`) refuses, by the name that its error has for it. */
const FLAGS: Readonly<Record<string, string>> = {
  FileSystemRead: '--allow-fs-read=*',
  FileSystemWrite: '--allow-fs-write=*',
  ChildProcess: '--allow-child-process',
  Net: '--allow-net',
};

/** What an error says; of one that comes from the permission model, what to do about it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, permission = '', resource = '' } = error as Refusal;
  if (code === 'ERR_DLOPEN_DISABLED')
    return 'Node.js may not load native addons: give it --allow-addons besides --permission, and not --no-addons';
  const flag = FLAGS[permission];
  if (code !== 'ERR_ACCESS_DENIED' || flag === undefined) return error.message;
  const what = resource === '' ? '' : ` (${resource})`;
  return `Node.js runs with --permission and refuses ${permission}${what}: give it ${flag} as well`;
}

type Refusal = NodeJS.ErrnoException & { readonly permission?: string; readonly resource?: string };

/**
 * Sockets are refused one by one, by an error that looks like one of the network. So it is asked before there is one.
 * A Node.js before 25 has no such flag and refuses none, though it says so when it is asked.
 *
 * @throws CommandError when Node.js lets nothing connect or listen
 */
export function requireNetwork(): void {
  const permission = process.permission as NodeJS.Process['permission'] | undefined;
  if (!permission || !process.allowedNodeEnvironmentFlags.has('--allow-net') || permission.has('net')) return;
  throw new CommandError('Node.js runs with --permission and refuses Net: give it --allow-net as well');
}
