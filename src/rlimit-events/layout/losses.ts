import { type Chores, KERNEL_PLACES, type Losses, lossesOf } from '../losses.js';
import { decodeNumber, LITTLE } from './numbers.js';

/** `struct losses`, whose places are in the order of `enum loss_place`. */
export function decodeLosses(bytes: Uint8Array): Losses {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return lossesOf((place) => {
    const index = (KERNEL_PLACES as readonly string[]).indexOf(place);
    return index < 0 ? 0 : decodeNumber(view, 8 * index);
  });
}

/** Where its other numbers are, of 32 bits: first `struct chores`. */
const REST = 8 * KERNEL_PLACES.length;
export function decodeChores(bytes: Uint8Array): Chores {
  const view = new DataView(bytes.buffer, bytes.byteOffset + REST);
  return {
    observe: view.getUint32(0, LITTLE),
    match: view.getUint32(4, LITTLE),
    link: view.getUint32(8, LITTLE),
  };
}
/** Its mark that the reader was woken. */
export const WOKEN = REST + 12;
export const PATIENT = WOKEN + 4;
