import { limitsOf, setLimitsOf } from '../../src/ffi/index.js';
import { RESOURCES } from '../../src/resources/index.js';

/** This process, by a number by which nobody takes it for another one whose limit is set. */
const SELF = 0;
const NOFILE = RESOURCES.nofile.number;

/** Does something while this process gets no descriptor, as where a leak of others has filled the table of the machine. */
export async function withoutDescriptors<T>(work: () => T | Promise<T>): Promise<T> {
  const { soft, hard } = limitsOf(SELF, NOFILE);
  setLimitsOf(SELF, NOFILE, { soft: 0, hard });
  try {
    return await work();
  } finally {
    setLimitsOf(SELF, NOFILE, { soft, hard });
  }
}
