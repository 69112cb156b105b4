/** By Debian's names. */
export type Architecture = 'amd64' | 'arm64';
