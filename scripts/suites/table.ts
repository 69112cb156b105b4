/**
 * Which suites of test/ `npm test` runs several at a time, and which by themselves after those, with the reason. One that is
 * in neither list is run by itself, and test/native/suites.test.ts fails until it is in one.
 */

/** One more than the least of our machines has processors, since many a suite waits for a server most of its time. */
export const AT_A_TIME = 3;

/** A name that ends with a slash is a folder with all that is in it. */
export const TOGETHER: readonly string[] = [
  'cli/always-critical',
  'cli/bad-input',
  'cli/btf',
  'cli/capabilities',
  'cli/compiled',
  'cli/config',
  'cli/demo',
  'cli/doctor',
  'cli/events',
  'cli/garbage',
  'cli/generate',
  'cli/history',
  'cli/hung-name',
  'cli/interrupted',
  'cli/large-holder',
  'cli/log',
  'cli/missing',
  'cli/names',
  'cli/node-flags',
  'cli/node-permission',
  'cli/node-version',
  'cli/once',
  'cli/program',
  'cli/readers',
  'cli/receive',
  'cli/reload',
  'cli/resources',
  'cli/setup',
  'cli/start',
  'cli/status',
  'cli/top',
  'cli/two-agents',
  'cli/unit-workers',
  'kernel/closing',
  'kernel/flooding',
  'kernel/fork-storm',
  'kernel/freed',
  'kernel/groups',
  'kernel/groups-at-once',
  'kernel/groups-changes',
  'kernel/held',
  'kernel/hung-dup2',
  'kernel/inheritance',
  'kernel/interface',
  'kernel/io-uring',
  'kernel/many-groups',
  'kernel/opening',
  'kernel/patience',
  'kernel/preemption-question',
  'kernel/process-ids',
  'kernel/random-walk',
  'kernel/reading',
  'kernel/resources/locked-otherwise',
  'kernel/resources/memory',
  'kernel/resources/resident',
  'kernel/resources/steps',
  'kernel/resources/unasked',
  'kernel/same-level',
  'kernel/selectors',
  'kernel/self-test',
  'kernel/shared-tables',
  'kernel/told-at-once',
  // They have no descriptor, and nothing of the machine but a compiler and its memory.
  'native/',
  'peers/central/leak',
  'peers/central/names',
  'peers/dead-mounts',
  'peers/dead-writes',
  'peers/icinga2/leak',
  'peers/icinga2/masters',
  'peers/icinga2/outage',
  'peers/icinga2/reload',
  'peers/leak',
  'peers/nagios-config/icinga2',
  'peers/nagios-config/nagios',
  'peers/npm-packages',
  'peers/nsca-ng/server',
  'peers/nsca-ng/servers',
  'peers/nsca/daemon',
  'peers/nsca/send-nsca',
  'peers/nsca/servers',
  'peers/outage',
  'peers/outbox',
  'peers/prometheus/file',
  'peers/prometheus/status',
  'peers/send-nsca',
  'peers/setup',
  'peers/side-by-side',
];

/**
 * Whoever watches looks at all that he watches once more when somebody sets the limit of another process, be it in the
 * middle of a system call: what is told then is true, and another story than that of whole system calls.
 */
const SETS_LIMITS = 'it sets limits of other processes, which has every descriptor look once more';

export const ALONE: Readonly<Record<string, string>> = {
  'cli/idle': 'whoever attaches programs meanwhile interrupts what each thread of the agent waits in',
  'cli/notify': 'it measures how far apart the beats of a watchdog are, of 200 ms',
  'cli/once-all': 'it looks at all processes of the machine, and expects that there are no storms of them',
  'kernel/actions': SETS_LIMITS,
  'kernel/alike': 'it sets which pid the next process of the machine gets',
  'kernel/bits': SETS_LIMITS,
  'kernel/everybody': 'it looks at all processes of the machine, of which it makes thousands',
  'kernel/full-queue': SETS_LIMITS,
  'kernel/kinds-of-levels': SETS_LIMITS,
  'kernel/levels': SETS_LIMITS,
  'kernel/limits': SETS_LIMITS,
  'kernel/many': 'it makes ten thousand processes, three times',
  'kernel/preemption':
    'it has real-time processes, and writes to BPF maps, which keeps programs of others from running where the kernel preempts',
  'kernel/resources/cpu': `it keeps each processor busy with four others, and ${SETS_LIMITS}`,
  'kernel/resources/limits': SETS_LIMITS,
  'kernel/resources/rttime': 'it has a processor for itself, as a real-time process',
  'kernel/resources/user': 'it watches what root has, which others of the machine change all the time',
  'peers/all-stuck': 'it holds the agent to 100 ms, and to 1 s for its end',
  'peers/systemd/unit': 'systemd starts its agent again when that has not been heard of for a second',
};

/** What other commands run, and which. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'packages/': 'npm run test:packages',
  'soak/': 'npm run test:kills',
  // In npm test as well, gathered into dist/unit-tests, where all of them are together.
  'unit/': 'npm run test:unit',
};
