/** `npm run docs`: writes the tables of keys and of metrics into docs/, made of the schema and of what makes them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { allKeys } from './keys.js';
import { PAGES_WITH_TABLES, withTables } from './tables.js';

const ROOT = new URL('../../../', import.meta.url);
const keys = allKeys();
for (const page of PAGES_WITH_TABLES.map((path) => new URL(path, ROOT)))
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), keys));
