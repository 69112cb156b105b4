import { jsonSchemaOf, published, type JsonSchema } from '../schema/index.js';
import { configFile } from './schema/config-file.js';

/**
 * The JSON Schema of a configuration file, for editors, made of what checks it: whatever is valid passes. It cannot say
 * all of the rules.
 */
export function configJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The configuration of check_rlimit_passive',
    ...published(configKeys()),
  };
}

/** The same with the texts of its keys apart (`KeyText`), for the manual. */
export function configKeys(): JsonSchema {
  // Which folder and which machine it is for stands nowhere in it.
  return jsonSchemaOf(configFile('/', { hostName: () => 'localhost' }));
}
