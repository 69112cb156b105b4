import { icinga2Definitions, nagiosDefinitions } from '../../src/central/index.js';
import { loadConfig } from '../../src/config/index.js';
import { printError, printText } from '../output/output.js';

const generators = { nagios: nagiosDefinitions, icinga2: icinga2Definitions };

/** The central servers that definitions can be made for. */
export const servers = Object.keys(generators);

export interface GenerateOptions {
  readonly config: string;
  readonly withHost?: boolean;
}

/** `check_rlimit_passive generate SERVER -c FILE`: what the central server has to be told of a configuration. */
export function generate(server: string, { config: file, withHost = false }: GenerateOptions): void {
  const config = loadConfig(file, { destinations: 'optional' });
  const { text, warnings } = generators[server as keyof typeof generators](config, { withHost });
  printText(text);
  for (const warning of warnings) printError(warning);
}
