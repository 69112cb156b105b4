/** The bill of materials of the Debian package, by the schema of those who have made its form. */
import { beforeAll, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CHECKOUT = new URL('../../../../', import.meta.url).pathname;
const SCHEMAS = join(CHECKOUT, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');

interface Bill {
  metadata: { timestamp: string; component: { version: string } };
  components: { name: string; version?: string; purl: string }[];
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as object;
/** They name each other by their files. */
const schema = (name: string) => {
  const file = `${name}.SNAPSHOT.schema.json`;
  return { ...read(join(SCHEMAS, file)), $id: `http://cyclonedx.org/schema/${file}` };
};
const { version } = read(join(CHECKOUT, 'package.json')) as { version: string };

let bill: Bill;
let faultsOf: (bill: unknown) => string[];

beforeAll(() => {
  const made = execFileSync('node', ['packaging/debian/sbom.mjs', 'dist/bin/main.cjs', 'node_modules'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
  });
  bill = JSON.parse(made) as Bill;
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    // A time as RFC 3339 has it; of addresses it has only its own package URLs.
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
      'iri-reference': true,
      'idn-email': true,
      email: true,
      uri: true,
      date: true,
      time: true,
      'idn-hostname': true,
    },
  });
  ajv.addSchema([schema('spdx'), schema('jsf-0.82')]);
  const validate = ajv.compile(schema('bom-1.5'));
  faultsOf = (given) =>
    validate(given)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
});

it('is CycloneDX 1.5', () => {
  expect(faultsOf(bill)).toEqual([]);
});

it('would not be with a licence that SPDX does not have, a time of another form, or a part without a name', () => {
  const { metadata, components } = bill;
  const [first] = components;
  expect(faultsOf({ ...bill, metadata: { ...metadata, timestamp: 'yesterday' } })).toContainEqual(
    expect.stringContaining('/metadata/timestamp'),
  );
  const licence = { ...first, licenses: [{ license: { id: 'Somebody’s' } }] };
  expect(faultsOf({ ...bill, components: [licence] })).not.toEqual([]);
  expect(faultsOf({ ...bill, components: [{ ...first, name: undefined }] })).not.toEqual([]);
});

it('has this version, and those of the libraries that are in the package', () => {
  expect(bill.metadata.component.version).toBe(version);
  const koffi = read(join(CHECKOUT, 'node_modules/koffi/package.json')) as { version: string };
  expect(bill.components).toContainEqual(
    expect.objectContaining({ name: 'koffi', purl: `pkg:npm/koffi@${koffi.version}` }),
  );
  // Of which the agent has its own modules: they are this program.
  expect(bill.components.map(({ name }) => name)).not.toContain('rlimit-events');
});
