import { LOSS_PLACES, type Losses, lossesOf } from '../losses.js';
import { decodeNumber } from './numbers.js';

/** `struct losses`, whose places are in the order of `enum loss_place`, and where its mark is that the reader was woken. */
export function decodeLosses(bytes: Uint8Array): Losses {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return lossesOf((place) => decodeNumber(view, 8 * LOSS_PLACES.indexOf(place)));
}
export const WOKEN = 8 * LOSS_PLACES.length;
export const PATIENT = WOKEN + 4;
