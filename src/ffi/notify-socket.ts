import koffi from 'koffi';
import { closeSync } from 'node:fs';
import { lastError } from './errors.js';

const libc = koffi.load(null);
const socket = libc.func('socket', 'int', ['int', 'int', 'int']) as (
  domain: number,
  type: number,
  protocol: number,
) => number;
const sendto = libc.func('sendto', 'long', ['int', 'void *', 'size_t', 'int', 'void *', 'uint32_t']) as (
  fd: number,
  bytes: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  addressLength: number,
) => number;

// Linux's numbers, the same on x86, arm and riscv (asm-generic/socket.h).
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** `sun_path` of struct sockaddr_un, with the NUL at the end of a path. */
const LONGEST_ADDRESS = 108;

/**
 * Sends one datagram to a unix(7) socket, which Node cannot: `/path`, or `@name` in the abstract namespace.
 * Waits for nothing.
 *
 * @throws SystemError ENOENT or ECONNREFUSED nobody listens, EAGAIN its queue is full, EINVAL no such address
 */
export function sendUnixDatagram(address: string, text: string): void {
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw lastError('socket');
  try {
    const bytes = Buffer.from(text);
    const to = socketAddress(address);
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (sendto(fd, bytes, bytes.length, flags, to, to.length) < 0) throw lastError('sendto', address);
  } finally {
    closeSync(fd);
  }
}

/** `struct sockaddr_un`; a name in the abstract namespace begins with a NUL, and ends where the length says. */
function socketAddress(address: string): Uint8Array {
  const isAbstract = address.startsWith('@');
  const path = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  // One that does not fit is cut to a length that the kernel refuses.
  const bytes = Buffer.alloc(2 + Math.min(path.length, LONGEST_ADDRESS + 1));
  bytes.writeUInt16LE(AF_UNIX);
  path.copy(bytes, 2);
  return bytes;
}
