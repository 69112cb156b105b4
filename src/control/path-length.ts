/** `sun_path` of struct sockaddr_un, but for the NUL at its end. */
const LONGEST = 107;

/** Node binds to a path that was cut off. */
export function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > LONGEST;
}

export function tooLong(path: string): string {
  return `the status socket ${path} is longer than the ${LONGEST} bytes of a socket's path: name a shorter one`;
}
