/**
 * Which rooms of src/ each room may import, by their index.ts only; `types of` another: nothing that is there when it
 * runs. From the ground up: a room may know only what stands above it in this list.
 *
 * @type {Record<string, readonly string[]>}
 */
export const ROOMS = {
  ffi: [],
  resources: [],
  text: [],
  log: [],
  files: [],
  waiting: [],
  mounts: [],
  schema: [],
  secrets: [],
  lookup: [],
  'icinga2-client': ['lookup'],
  'nsca-client': ['secrets', 'lookup'],
  'nsca-ng-client': ['secrets', 'lookup'],
  programs: ['text', 'waiting', 'mounts', 'ffi'],
  'nrdp-client': ['text', 'lookup'],
  'rlimit-events': ['resources', 'ffi'],
  services: ['text', 'resources', 'types of rlimit-events'],
  selection: ['mounts', 'schema', 'programs', 'rlimit-events', 'ffi'],
  holdings: ['text', 'ffi'],
  actions: ['text', 'programs', 'types of services', 'resources', 'ffi'],
  destinations: [
    'text',
    'waiting',
    'mounts',
    'schema',
    'secrets',
    'programs',
    'services',
    'nsca-client',
    'nsca-ng-client',
    'icinga2-client',
    'nrdp-client',
  ],
  delivery: ['types of log', 'files', 'waiting', 'services', 'types of destinations'],
  history: ['text', 'resources', 'files', 'waiting', 'services'],
  control: ['text', 'resources', 'types of rlimit-events', 'services', 'types of history'],
  config: ['text', 'mounts', 'schema', 'resources', 'rlimit-events', 'services', 'selection', 'destinations'],
  central: ['types of config'],
  agent: [
    'ffi',
    'types of files',
    'mounts',
    'types of resources',
    'types of log',
    'rlimit-events',
    'services',
    'selection',
    'holdings',
    'actions',
    'types of destinations',
    'delivery',
    'history',
    'types of control',
    'types of config',
  ],
  daemon: [
    'ffi',
    'files',
    'waiting',
    'mounts',
    'types of log',
    'types of rlimit-events',
    'types of destinations',
    'control',
    'types of config',
    'agent',
  ],
};

/** What the folders of the descriptor have together. */
const EVENT_WORDS = ['layout', 'elements.ts', 'errors.ts', 'level-sets.ts', 'match.ts', 'requests.ts'].map(
  (name) => `src/rlimit-events/${name}`,
);

/**
 * Folders inside a room, or beside src/, and the folders that each may import besides itself.
 *
 * @type {Record<string, readonly string[]>}
 */
export const FOLDERS = {
  'src/rlimit-events/loading': [
    'src/ffi',
    'src/resources',
    ...EVENT_WORDS,
    'src/rlimit-events/object-file.ts',
    'src/rlimit-events/task-iterator.ts',
    'src/rlimit-events/task-walk.ts',
    'src/rlimit-events/tasks.ts',
  ],
  'src/rlimit-events/membership': [
    'src/ffi',
    'src/resources',
    ...EVENT_WORDS,
    'src/rlimit-events/events.ts',
    'src/rlimit-events/levels.ts',
    'src/rlimit-events/loading/plan.ts',
  ],
  'src/rlimit-events/layout': ['src/rlimit-events/levels.ts', 'src/rlimit-events/losses.ts'],
  'src/nsca-client/encryption': ['src/nsca-client/errors.ts', 'src/nsca-client/password.ts'],
  'src/nsca-client/encryption/ciphers': ['src/nsca-client/encryption/block-cipher.ts'],
  src: [],
  'plugins/output': ['src'],
  'plugins/options': ['src', 'plugins/exit-codes.ts'],
  'plugins/compiled': ['plugins/exit-codes.ts', 'plugins/node-permission.ts', 'plugins/shipped.ts'],
  plugins: ['src'],
  scripts: ['src', 'plugins'],
  rig: ['src'],
  test: ['src', 'plugins', 'scripts', 'rig'],
  bench: ['src', 'scripts', 'rig'],
};

/**
 * Tests and measurements that reach past a face, and why. Those in test/unit/ROOM may look into their own room.
 *
 * @type {Record<string, { readonly into: readonly string[], readonly why: string }>}
 */
export const SIDE_DOORS = {
  'test/cli/notify.test.ts': { into: ['daemon'], why: 'what it takes out of the environment, nobody sees' },
  'test/peers/icinga2/outage.test.ts': {
    into: ['destinations'],
    why: 'its client waits less than users have to',
  },
  'test/peers/outbox.test.ts': { into: ['destinations'], why: 'its client waits less than users have to' },
  'test/peers/nsca/servers.test.ts': {
    into: ['destinations'],
    why: 'its client waits less than users have to',
  },
  'test/peers/nsca-ng/servers.test.ts': {
    into: ['destinations'],
    why: 'its client waits less than users have to',
  },
  'test/kernel/preemption-question.test.ts': {
    into: ['rlimit-events'],
    why: 'of the answer, users see only what is made of it',
  },
  'test/kernel/self-test.test.ts': {
    into: ['rlimit-events'],
    why: 'what hides a change from the self-test comes when it likes',
  },
  'test/unit/services/report-every.test.ts': {
    into: ['rlimit-events'],
    why: 'the kernel has to take its levels',
  },
  'bench/lib/empty-programs.ts': {
    into: ['rlimit-events'],
    why: 'the hooks that the agent would take',
  },
  'bench/lib/floor.ts': {
    into: ['rlimit-events'],
    why: 'the least that the kernel takes for the same hooks',
  },
  'bench/load/gateways.ts': { into: ['agent'], why: 'its heart alone, without the kernel' },
  'bench/load/programs.ts': { into: ['rlimit-events'], why: 'what its BPF programs take, without all else' },
  'bench/destinations/rates.ts': {
    into: ['destinations', 'nsca-ng-client', 'icinga2-client', 'nrdp-client'],
    why: 'what a program without all else sends is the same bytes',
  },
  'bench/destinations/to-answer.ts': {
    into: ['icinga2-client'],
    why: 'what a program without all else sends is the same bytes',
  },
};

/** Files that may import koffi beside src/ffi, and why. @type {Record<string, string>} */
export const KOFFI = {
  'bench/load/empty-program.ts': 'the least that a program with a BPF program takes',
  'bench/load/libraries.ts': 'the least that a program with these libraries takes',
};
