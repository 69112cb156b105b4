/** Debian's servers, which go away and come back, and what they got of processes whose results have a date. */
import { NscaDaemon, PASSWORD, type DumpedResult } from '../../rig/servers/nsca-daemon.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../rig/servers/nsca-ng-server.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dated } from './dated.js';

export interface GoingPeer {
  readonly name: string;
  /** The destination, as the configuration file has it. */
  readonly written: object;
  begin(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Ends, and leaves nothing behind. */
  stop(): Promise<void>;
  results(): readonly DumpedResult[];
  untilSo(isSo: (results: readonly DumpedResult[]) => boolean): Promise<void>;
}

/** @param folder for their secrets */
export async function startPeers(folder: string, services: readonly string[]): Promise<GoingPeer[]> {
  return [await startNsca(folder), await startNscaNg(folder, services)];
}

async function startNsca(folder: string): Promise<GoingPeer> {
  const daemon = await NscaDaemon.start({ method: 14 });
  const secret = { encryption: 'rijndael-128', password_file: secretFile(folder, 'nsca', PASSWORD) };
  return {
    name: 'nsca',
    written: { type: 'nsca', server: '127.0.0.1', port: daemon.port, ...secret },
    begin: () => daemon.begin(),
    end: async (signal) => {
      daemon.signal(signal);
      await daemon.end();
    },
    stop: () => daemon.stop(),
    results: () => daemon.results(),
    untilSo: (isSo) => daemon.untilSo(isSo),
  };
}

async function startNscaNg(folder: string, services: readonly string[]): Promise<GoingPeer> {
  const server = await NscaNgServer.start({ authorize: authorizing('gw01', ...services), logLevel: 3 });
  const secret = { identity: 'gw01', key_file: secretFile(folder, 'nsca-ng', NSCA_NG_KEY) };
  return {
    name: 'nsca-ng',
    written: { type: 'nsca-ng', server: '127.0.0.1', port: server.port, ...secret },
    begin: () => server.begin(),
    end: (signal) => server.end(signal),
    stop: () => server.stop(),
    results: () => server.results(),
    untilSo: (isSo) => server.untilSo(isSo),
  };
}

function secretFile(folder: string, name: string, secret: string): string {
  const path = join(folder, `${name}.secret`);
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return path;
}

/** Whether the newest of each service is among them. */
export function hasNewest(results: readonly DumpedResult[], services: ReadonlyMap<string, Dated>): boolean {
  return [...services].every(([name, dated]) =>
    results.some(({ service, output }) => service === name && dated.isNewest(output)),
  );
}
