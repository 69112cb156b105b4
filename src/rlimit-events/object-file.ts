import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * A BPF object. It lies here, beside bpf/: in the one file of the command line everything looks from where that is
 * (scripts/one-file.ts), and finds it in the bpf/ beside it. A package may have it compressed, as most machines never
 * load those for kernels without BTF or before 5.17.
 */
export function objectBytes(name: string): Buffer {
  const file = new URL(`./bpf/${name}.bpf.o`, import.meta.url);
  const compressed = new URL(`${file.href}.gz`);
  return existsSync(compressed) ? gunzipSync(readFileSync(compressed)) : readFileSync(file);
}
