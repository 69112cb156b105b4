import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

const LISTEN = `
  const server = require('net').createServer();
  server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
    console.log(server.address().port);
  });
`;

/**
 * Runs `use` with a port that does not even answer a connection. A stopped process accepts nothing, and when
 * its queue is full, the kernel does not answer either.
 */
export async function withSilentServer(
  host: string,
  port: number,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const stopped = spawn(process.execPath, ['-e', LISTEN, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const queued = [];
  try {
    const [line] = (await once(stopped.stdout, 'data')) as [Buffer];
    stopped.kill('SIGSTOP');
    for (let i = 0; i < 8; i++) queued.push(connect(Number(line), host).on('error', () => undefined));
    await once(queued[0] ?? stopped, 'connect');
    await use(Number(line));
  } finally {
    for (const socket of queued) socket.destroy();
    stopped.kill('SIGKILL');
  }
}
