import { isatty } from 'node:tty';
import {
  crossingText,
  destinationLines,
  followStatus,
  newCrossings,
  nextView,
  OVERVIEW,
  statusText,
  topFrame,
  type Following,
  type LiveStatus,
  type TopView,
} from '../../src/control/index.js';
import { CommandError, EXIT_UNKNOWN } from '../exit-codes.js';
import { requireNetwork } from '../node-permission.js';
import { configuredSocket } from '../options/socket.js';
import { neverWaitForReaders, type StandardOutput } from '../output/never-wait.js';
import { printError, printLine } from '../output/output.js';
import { hasScreen, isColoured, isUtf8 } from '../output/terminal-signs.js';
import { Screen } from '../top/screen.js';
import { onStopSignal } from '../until-signal.js';

export interface TopOptions {
  readonly socket?: string;
  readonly config?: string | undefined;
}

/** Of a terminal, where standard output is none. */
const COLUMNS = 80;
/** The most processes of a service where there is no terminal to leaf in. */
const MOST_PROCESSES = 5;
/** Milliseconds: how long something lasts is told in seconds. */
const TICK = 1000;

/** `check_rlimit_passive top`: what the running agent watches and sends, as it changes. */
export async function top({ socket, config }: TopOptions): Promise<void> {
  requireNetwork();
  const path = socket ?? (await configuredSocket(config));
  const output = neverWaitForReaders();
  if (isatty(1) && hasScreen(process.env)) onTerminal(path, output);
  else asLines(path, output);
}

function onTerminal(path: string, output: StandardOutput): void {
  let status: LiveStatus | undefined;
  let view: TopView = OVERVIEW;
  let trouble: string | undefined;
  let page = 1;
  let screen: Screen | undefined;
  let ticking: NodeJS.Timeout | undefined;
  const signs = { colours: isColoured(process.env), ascii: !isUtf8(process.env) };

  const draw = () => {
    const shown = status;
    if (!shown) return;
    const on = (screen ??= new Screen(output, listener));
    ticking ??= setInterval(draw, TICK);
    on.draw(() => {
      const frame = topFrame(shown, view, { ...on.size, ...signs, now: Date.now(), trouble });
      ({ view, page } = frame);
      return frame.lines;
    });
  };
  const quit = followToTheEnd(path, output, {
    onStatus: (told) => {
      status = told;
      draw();
    },
    onHanging: (hangs) => {
      trouble = hangs ? hangingText(path) : undefined;
      draw();
    },
    leave: () => {
      clearInterval(ticking);
      screen?.leave();
    },
  });
  const listener = {
    onKey: (key: Parameters<typeof nextView>[1]) => {
      if (key.name === 'character' && key.character === 'q' && !view.isTyping) {
        quit();
        return;
      }
      view = nextView(view, key, page);
      draw();
    },
    onRedraw: draw,
    onInterrupt: quit,
  };
}

/** Where there is no screen: the status, and then a line for each thing that happens. */
function asLines(path: string, output: StandardOutput): void {
  let before: LiveStatus | undefined;
  followToTheEnd(path, output, {
    onStatus: (status) => {
      for (const line of before ? news(before, status) : whole(status)) printLine(line);
      before = status;
    },
    onHanging: (hangs) => {
      printError(hangs ? hangingText(path) : `the agent at ${path} answers again`);
    },
    leave: () => undefined,
  });
}

interface Shown extends Pick<Following, 'onStatus' | 'onHanging'> {
  /** Gives back what was taken of the terminal. */
  readonly leave: () => void;
}

/**
 * Follows the agent until a signal comes, or there is nothing to follow, which is told. An agent that hangs before it has
 * told anything is none to wait for.
 *
 * @returns what ends it
 */
function followToTheEnd(
  path: string,
  output: StandardOutput,
  { onStatus, onHanging, leave }: Shown,
): () => void {
  let hasBegun = false;
  const quit = () => {
    release();
    stopFollowing();
    leave();
  };
  // The screen of the shell has to be there before something is said on it.
  const fail = ({ message }: Error) => {
    quit();
    process.exitCode = EXIT_UNKNOWN;
    printError(message);
  };
  const release = onStopSignal(() => {
    output.letGo();
    quit();
  });
  const stopFollowing = followStatus(path, {
    onStatus: (status) => {
      hasBegun = true;
      onStatus(status);
    },
    onHanging: (hangs) => {
      if (hasBegun) onHanging(hangs);
      else fail(new CommandError(hangingText(path)));
    },
    onEnd: fail,
  });
  return quit;
}

const layoutNow = () => ({ now: Date.now(), columns: COLUMNS, processes: MOST_PROCESSES });

const whole = (status: LiveStatus) => [
  ...statusText(status, layoutNow()),
  '',
  ...status.crossings.map(crossingText),
];

/** What is new: crossings, and destinations that something else keeps from getting results than before, or nothing. */
function news(before: LiveStatus, now: LiveStatus): string[] {
  const troubles = new Map(before.destinations.map(({ name, lastError }) => [name, lastError]));
  return [
    ...newCrossings(before, now).map(crossingText),
    ...now.destinations
      .filter(({ name, lastError }) => troubles.get(name) !== lastError)
      .flatMap((destination) => destinationLines(destination, layoutNow())),
  ];
}

const hangingText = (path: string) => `the agent at ${path} gives no answer: it hangs, or the machine does`;
