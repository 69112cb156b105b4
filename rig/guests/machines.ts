import type { Architecture } from './architecture.js';
import { cache, checkout } from './places.js';

/** What the guests of an architecture have, besides their kernel. */
export interface Machine {
  /** The emulator, with the board and the processor. */
  qemu: readonly [string, ...string[]];
  /** The serial ports of the kernel's console, and of the output of the command. */
  console: string;
  output: string;
  /** What the kernel is told for the emulator's sake. */
  parameters: readonly string[];
  /** The options of the emulator that make the second of these. */
  outputPort: readonly string[];
  /** This machine's folder that the guest stands on. */
  root: string;
  /** Seen from the guest. */
  checkout: string;
  path: string;
  /** What changes its programs, of Debian's binutils. */
  objcopy: string;
  /** Where the root is not this machine's own: npm's name of the processor, and its C compilers. */
  foreign?: { cpu: string; compiler: string; compiler32: string };
}

export const machines: Readonly<Record<Architecture, Machine>> = {
  amd64: {
    qemu: ['qemu-system-x86_64', '-cpu', 'max'],
    console: 'ttyS0',
    output: 'ttyS1',
    // It counts a few ticks of its timer when it starts, and panics if none comes: on a busy host none may.
    parameters: ['no_timer_check'],
    outputPort: ['-serial', 'chardev:output'],
    root: '/',
    checkout,
    path: process.env['PATH'] ?? '',
    objcopy: 'objcopy',
  },
  arm64: {
    // With `-cpu max` of qemu 7.2 Node.js was seen to crash on 6.12.
    qemu: ['qemu-system-aarch64', '-machine', 'virt,gic-version=3', '-cpu', 'cortex-a76'],
    console: 'ttyAMA0',
    output: 'ttyS0',
    parameters: [],
    // The board has one port only.
    outputPort: ['-device', 'pci-serial,chardev=output'],
    root: `${cache}/arm64-trixie`,
    checkout: '/checkout',
    path: '/usr/sbin:/usr/bin',
    objcopy: 'aarch64-linux-gnu-objcopy',
    foreign: { cpu: 'arm64', compiler: 'aarch64-linux-gnu-gcc', compiler32: 'arm-linux-gnueabihf-gcc' },
  },
};
