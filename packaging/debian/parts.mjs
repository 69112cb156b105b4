import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The libraries in the Debian package: the bundle names the files that went into it; koffi and what is compiled into
 * its binary lie beside it, the latter as headers that tell no version of their own.
 *
 * @param {string} bundle
 * @param {string} modules
 */
export function partsOf(bundle, modules) {
  const bundled = new Set(
    [...readFileSync(bundle, 'utf8').matchAll(/"node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(
      ([, name]) => name,
    ),
  );
  const koffi = join(modules, 'koffi');
  return [
    ...[...bundled].sort().map((name) => part(name, join(modules, name))),
    part('koffi', koffi),
    part('node-addon-api', join(koffi, 'vendor/node-addon-api'), 'MIT'),
    part('node-api-headers', join(koffi, 'vendor/node-api-headers'), 'MIT'),
  ];
}

/** What its own package.json does not say has to be known. */
function part(name, folder, known) {
  const file = join(folder, 'package.json');
  const { version, license = known } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { name, folder, version, license };
}
