import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { Command, COMMAND, type Finished, Program } from '../../rig/programs/command.js';
import { AgentFolder } from '../support/agent-config.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(60));

const RESOURCES = [
  {
    resource: 'sigpending',
    reason:
      'a signal that is queued and waited for could not be tried, its user has as many queued signals as the limit allows (pthread_sigqueue: EAGAIN)',
  },
  {
    resource: 'msgqueue',
    reason:
      'mq_open, mq_unlink and close could not be tried, its user has as much in message queues as the limit allows, or no descriptor is free (mq_open: EMFILE)',
  },
];

/** What `doctor` says of a resource. */
const of = (resource: string, { stdout }: Finished) =>
  stdout.filter((line) => line.startsWith(`${resource} `)).map((line) => line.slice(resource.length).trim());

describe.each(RESOURCES)(
  'where the user of the agent is at his limit of $resource',
  ({ resource, reason }) => {
    let folder: AgentFolder;
    let program: Program;

    beforeEach(() => {
      folder = new AgentFolder();
    });

    afterEach(async () => {
      program.signal('SIGKILL');
      await program.finished();
      folder.remove();
    });

    const start = (...parameters: string[]) => {
      program = new Program('prlimit', [`--${resource}=0`, COMMAND, ...parameters], folder.environment);
      return program;
    };

    it('doctor takes the mode, and says what it could not try', async () => {
      const finished = await start('doctor').finished();
      const said = of(resource, finished);
      expect(
        said.filter((text) => text.endsWith(`: works, but is not proven to see everything: ${reason}`)),
      ).not.toEqual([]);
      expect(said).not.toContain('no mode works');
      expect(said.join('\n')).not.toContain('unseen');
    });

    it('the agent starts, and says it in its log and its state', async () => {
      const service = `{ service: a, process: { user: root }, resource: ${resource}, warning: 90% }`;
      writeFileSync(
        folder.config,
        `host: gw01\nstatus_socket: ${folder.socket}\nservices:\n  - ${service}\n`,
      );
      start('-c', folder.config, '--dry-run');
      await program.until(() => program.stdout.length > 0);
      expect(program.stderr).toContainEqual(
        expect.stringMatching(/: attach mode [a-z]+ is not proven to see everything here: /),
      );
      expect(program.stderr.join('\n')).toContain(reason);
      const status = await Command.run('status', '--socket', folder.socket);
      expect(status.stdout).toContain(`not proven to be exact: ${reason}`);
      program.signal('SIGTERM');
      expect((await program.finished()).status).toBe(0);
    });
  },
);

it('a kernel without message queues says that, and not the name of an error alone', async () => {
  const tracing = [
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-o',
    '/dev/null',
    '-e',
    'trace=mq_open',
    '-e',
    'inject=mq_open:error=ENOSYS',
  ];
  const events = ['events', '--pid', String(process.pid), '--resource', 'msgqueue', '--step', '1'];
  const finished = await new Program('strace', [...tracing, COMMAND, ...events]).finished();
  expect(finished).toMatchObject({
    status: 3,
    stdout: [],
    stderr: [
      'check_rlimit_passive: this kernel was built without what msgqueue limits: mq_open, mq_unlink and close could not be tried (mq_open: ENOSYS)',
    ],
  });
});
