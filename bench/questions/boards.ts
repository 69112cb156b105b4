import { type MeasuredBoard, ON_BOARDS } from '../boards/measure.js';
import { ANSWER, type GuestKernel, inGuest } from '../lib/guest.js';
import type { Effort, Measurement, Question } from '../lib/question.js';
import { NAMES } from '../lib/starting.js';

const BOARD: GuestKernel = { architecture: 'arm64', name: '6.1' };
const TITLE = '6.1 on arm64';
const INSTRUCTIONS_PER_MS = 1e6;
const FLOOR = 'node, told by a pipe, writes a packet';

/** 13: what a slow board has to execute, whose time is the number of instructions. */
export const boards: Question = {
  name: 'boards',
  title: 'How many instructions a board executes until the first word, and for a crossing',
  async answer({ quick, signal, say }: Effort) {
    say(`in a guest with Debian's ${TITLE}, whose clock counts instructions: some minutes`);
    const command = `node dist/bench/boards/in-guest.js ${quick ? '1 5' : '5 40'} ${ANSWER}`;
    const { starts, toServer, leastToServer } = (await inGuest(BOARD, command, signal)) as MeasuredBoard;
    const row = (group: string, name: string, ms: readonly number[]): Measurement => ({
      group: `${TITLE}: ${group}`,
      name,
      unit: 'instructions',
      values: ms.map((each) => each * INSTRUCTIONS_PER_MS),
    });
    const bare = row('', '', starts.bare).values;
    return {
      measurements: [
        ...ON_BOARDS.map((way) => ({
          ...row('from exec to the first word', NAMES[way], starts[way]),
          ...(way !== 'bare' && { baseline: bare }),
        })),
        row('from a crossing to the last byte at the server', 'the agent', toServer),
        row('from a crossing to the last byte at the server', FLOOR, leastToServer),
      ],
      notes: [],
    };
  },
};
