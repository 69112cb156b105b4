/** Debian's stock kernels that the descriptor has to work on, and the release that each comes with. */
export interface Kernel {
  version: string;
  suite: string;
}

export const kernels: readonly Kernel[] = [
  { version: '5.10', suite: 'bullseye' },
  { version: '6.1', suite: 'bookworm' },
  { version: '6.12', suite: 'trixie' },
];
