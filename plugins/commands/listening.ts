/** What `receive` says when it listens. */
export function listeningText(address: string, port: number): string {
  return `listening on ${address} port ${port}`;
}

/** The port in such a line; undefined for another. */
export function portIn(line: string): number | undefined {
  const [, listeningPort] = /: listening on \S+ port (\d+)$/.exec(line) ?? [];
  return listeningPort === undefined ? undefined : Number(listeningPort);
}
