/**
 * Prints what is in the Debian package as a bill of materials, CycloneDX 1.5 in JSON: this program, and each library in
 * it with its licence. sbom.mjs BUNDLE MODULES; its time is SOURCE_DATE_EPOCH, so that the same sources give the same.
 */
import { readFileSync } from 'node:fs';
import { partsOf } from './parts.mjs';

const [, , bundle = '', modules = ''] = process.argv;

/** As the package URLs of npm have it: of a scope the @ is escaped. */
const purl = (name, version) =>
  `pkg:npm/${name.replace('@', '%40')}${version === undefined ? '' : `@${version}`}`;

function component({ name, version, license }) {
  return {
    type: 'library',
    'bom-ref': purl(name, version),
    name,
    ...(version !== undefined && { version }),
    licenses: [{ license: { id: license } }],
    purl: purl(name, version),
  };
}

const { name, version, license } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
const components = partsOf(bundle, modules).map(component);
const sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    timestamp: new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString(),
    component: {
      type: 'application',
      'bom-ref': name,
      name,
      version,
      licenses: [{ license: { id: license } }],
    },
  },
  components,
  dependencies: [{ ref: name, dependsOn: components.map((each) => each['bom-ref']) }],
};
process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);
