import { expect, test } from '@jest/globals';
import { commandOf, LONGEST_COMMAND, parseCommand } from '../../../src/nsca-ng-client/command.js';
import type { NscaNgResult } from '../../../src/nsca-ng-client/index.js';

const result = (output: string): NscaNgResult => ({ host: 'gw01', service: 'fds', returnCode: 1, output });

/** The output as it travels. */
const sent = (output: string): string =>
  commandOf(result(output), 1_700_000_000_999)
    .toString()
    .replace('[1700000000] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;1;', '');

test('a command is a line, byte for byte', () => {
  const command = commandOf(result('OK - first|x=1'), 1_795_884_346_000);
  expect(command.toString()).toBe('[1795884346] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;1;OK - first|x=1\n');
  expect(commandOf({ host: 'gw01', returnCode: 2, output: 'down' }, 0).toString()).toBe(
    '[0] PROCESS_HOST_CHECK_RESULT;gw01;2;down\n',
  );
});

test('newlines and backslashes are escaped, NULs and carriage returns left out', () => {
  expect(sent('a\r\nb\\n\0c;d')).toBe('a\\nb\\\\nc;d\n');
});

test('what is too long loses the end of its long output, by whole characters', () => {
  const first = 'FDS CRITICAL - x |fds=81;50;80;0;100';
  for (let shift = 0; shift < 8; shift++) {
    const command = commandOf(result(`${first}\n${'a'.repeat(shift)}${'\\ü€😀\n'.repeat(1000)}`), 0);
    expect(command.length).toBeLessThanOrEqual(LONGEST_COMMAND);
    expect(command.length).toBeGreaterThan(LONGEST_COMMAND - 8);
    const text = command.toString();
    expect(text).not.toContain('\ufffd');
    expect(text).toMatch(
      /^\[0\] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;1;FDS CRITICAL - x \|fds=81;50;80;0;100\\n/,
    );
    // Of each escape there are both characters.
    expect(text).toMatch(/;1;(?:[^\\]|\\n|\\\\)*…\n$/);
  }
});

test('of figures that are too many none is cut in two', () => {
  const output = `x |${Array.from({ length: 600 }, (_, number) => `f${number}=${number + 1000}`).join(' ')}`;
  expect(sent(output)).toMatch(/ f(\d+)=1\d\d\d\n$/);
  expect(output).toContain(sent(output).trimEnd());
});

test('the longest that fits is left as it is', () => {
  const room = LONGEST_COMMAND - commandOf(result(''), 0).length;
  const command = (length: number) => commandOf(result(`a\n${'b'.repeat(length - 3)}`), 0);
  expect(command(room).toString()).toMatch(/b\n$/);
  expect(command(room)).toHaveLength(LONGEST_COMMAND);
  expect(command(room + 1).toString()).toMatch(/b…\n$/);
});

test('names that leave no room are refused', () => {
  expect(() => commandOf({ ...result('x'), host: 'h'.repeat(4096) }, 0)).toThrow(
    expect.objectContaining({ code: 'invalid-result' }),
  );
});

test('a command is read as it was meant', () => {
  const parsed = parseCommand(commandOf(result('a\nb\\n|c;d'), 0));
  expect(parsed).toEqual({ host: 'gw01', service: 'fds', returnCode: 1, output: 'a\nb\\n|c;d' });
  expect(parseCommand(Buffer.from('[0] PROCESS_HOST_CHECK_RESULT;gw01;0;up\n'))).toEqual({
    host: 'gw01',
    returnCode: 0,
    output: 'up',
  });
});

test.each([
  '[0] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;4;x\n',
  '[0] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;x',
  '[0] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;x\ny\n',
  '[0] PROCESS_SERVICE_CHECK_RESULT;gw01;;0;x\n',
  'PROCESS_HOST_CHECK_RESULT;gw01;0;x\n',
  '[0] SHUTDOWN_PROGRAM\n',
])('%j is no result', (command) => {
  expect(parseCommand(Buffer.from(command))).toBeUndefined();
});
