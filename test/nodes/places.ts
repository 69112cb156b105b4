import { fileURLToPath } from 'node:url';

/** The root of this checkout, seen from dist/test/nodes/. */
export const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** Where scripts/setup puts each version of Node.js. */
export const CACHE = `${CHECKOUT}/.cache/nodes`;
