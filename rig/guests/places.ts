import { fileURLToPath } from 'node:url';
import type { Kernel } from './kernels.js';

/** The root of this checkout, seen from dist/rig/guests/. */
export const checkout = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** The scripts of the harness, which are not compiled. */
export const scripts = `${checkout}/rig/guests`;

export const cache = `${checkout}/.cache/kernels`;

/** Where everything of one kernel is kept. To have newer kernels fetched, delete it. */
export function placesOf({ name, architecture, suite, version, flavour, hasBtf }: Kernel) {
  const fetched = `${cache}/fetched/${architecture}-${suite}-${version}-${flavour}`;
  const exchange = `${cache}/${architecture}/${name}`;
  return {
    /** Its image and its modules; kernels that only their parameters tell apart have one together. */
    kernel: `${fetched}/kernel`,
    initramfs: `${fetched}/initramfs${hasBtf ? '' : '-without-btf'}`,
    /** What is made of the image, what has the types that were taken away, and those of them that the guest gets. */
    withoutBtf: `${fetched}/image-without-btf`,
    vmlinux: `${fetched}/vmlinux`,
    types: `${fetched}/types.btf`,
    /** What is booted. */
    image: hasBtf ? `${fetched}/kernel/vmlinuz` : `${fetched}/image-without-btf`,
    /** Shared with the guest, which leaves its status and its dmesg in it; new for each run. */
    exchange,
    console: `${exchange}/console.log`,
    output: `${exchange}/output.log`,
  };
}

export type Places = ReturnType<typeof placesOf>;
