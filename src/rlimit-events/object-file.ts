/**
 * Where a BPF object lies. Here, beside bpf/: in the one file of the command line everything looks from where that is
 * (scripts/one-file.ts), and finds it in the bpf/ beside it.
 */
export function objectFile(name: string): URL {
  return new URL(`./bpf/${name}.bpf.o`, import.meta.url);
}
