/**
 * A message that tells somebody to write a key or an option is of use only if there is one: such a message once named
 * a length of packets that nothing could be given.
 */
import { describe, expect, it } from '@jest/globals';
import { allKeys } from '../../../scripts/manual/keys.js';
import { commandTexts, withAllBelow } from '../../../scripts/manual/commands.js';
import { read, SOURCES } from './pages.js';

/** Of two words or more, with a value or within Markdown: what else looks so is no key. */
const KEY = /\b([a-z]+(?:_[a-z]+)+)(?:: |`)/g;
const OPTION = /(?<![\w-])--[a-z]+(?:-[a-z]+)*/g;

/** What the messages tell of others. */
const OF_OTHERS = new Set([
  // Of Icinga 2's and Nagios' definitions, which are printed.
  ...['host_name', 'check_command', 'dummy_state', 'dummy_text', 'enable_active_checks'],
  ...['check_interval', 'retry_interval', 'client_cn', 'illegal_object_name_chars'],
  // Of the servers' own files.
  ...['authorized_tokens', 'check_results_dir', 'decryption_method', 'tls_ciphers'],
  // Of stat(1), which is asked.
  '--cached',
  // Programs.
  ...['check_rlimit_passive', 'send_nsca', 'node_exporter'],
  // Of C, in what is called.
  ...['size_t', 'intptr_t', 'io_uring', 'mq_unlink', 'bpf_prog_test_run_opts', 'bpf_obj_get_info_by_fd'],
  // Of node, V8, systemctl and ld.
  ...['--flush-bytecode', '--no-flush-bytecode', '--stress-flush-code', '--no-stress-flush-code'],
  ...['--permission', '--allow-fs-read', '--allow-fs-write', '--allow-child-process', '--allow-net'],
  ...['--allow-addons', '--no-addons', '--no-compact-on-every-full-gc', '--compact-on-every-full-gc'],
  ...['--no-ask-password', '--now', '--property', '--build-id'],
  // Of whatever programs a user may run.
  ...['--option', '--server'],
]);

/** What is within quotes in the sources, comments left out. */
const TEXTS = SOURCES.flatMap((file) =>
  [
    ...read(file)
      .replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
      .matchAll(/(['"`])((?:\\.|(?!\1)[^\\])*?)\1/gs),
  ].map(([, , text = '']) => text),
);

const named = (pattern: RegExp) =>
  new Set(TEXTS.flatMap((text) => [...text.matchAll(pattern)].map(([whole, word]) => word ?? whole)));

describe('what a message tells somebody to write', () => {
  it('is a key of the configuration, if it looks like one', () => {
    const { file, service, process, action, destinations } = allKeys();
    const known = [...file, ...service, ...process, ...action, ...destinations.flatMap(({ keys }) => keys)];
    const names = new Set(known.map(({ name }) => name));
    const keys = [...named(KEY)];
    expect(keys).toContain('packet_size');
    expect(keys.filter((key) => !names.has(key) && !OF_OTHERS.has(key))).toEqual([]);
  });

  it('is an option of a command, if it looks like one', () => {
    const commands = withAllBelow(commandTexts('1.0.0'));
    const options = commands.flatMap((command) => [...command.options, ...command.further]);
    const known = new Set(options.flatMap(({ names }) => names));
    const told = [...named(OPTION)];
    expect(told).toContain('--dry-run');
    expect(told.filter((option) => !known.has(option) && !OF_OTHERS.has(option))).toEqual([]);
  });
});
