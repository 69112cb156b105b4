import { defaultStatusSocket } from './places.js';

/** The status socket that a configuration file names, or the one of an agent that was told of none. */
export async function configuredSocket(file: string | undefined): Promise<string> {
  if (file === undefined) return defaultStatusSocket();
  const { load } = await import('./load-config.js');
  const config = load({ what: { kind: 'file', path: file }, dryRun: true });
  return config.statusSocket ?? defaultStatusSocket();
}
