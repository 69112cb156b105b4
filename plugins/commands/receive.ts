import * as nsca from 'nsca-client';
import * as nscaNg from 'nsca-ng-client';
import { lineOf } from '../../src/services/index.js';
import { CommandError } from '../exit-codes.js';
import { listeningText } from './listening.js';
import { neverWaitForReaders } from '../output/never-wait.js';
import { requireNetwork } from '../node-permission.js';
import { printBytes, printError } from '../output/output.js';
import { onStopSignal } from '../until-signal.js';

export interface ReceiveOptions {
  readonly type: 'nsca' | 'nsca-ng';
  readonly address: string;
  /** Without it, the usual one of its type. */
  readonly port?: number;
  /** Of nsca. */
  readonly encryption: string;
  readonly passwordFile?: string;
  /** Of nsca-ng. */
  readonly identity?: string;
  readonly keyFile?: string;
}

/** `check_rlimit_passive receive`: what a server would have got, a line for each result. */
export async function receive(options: ReceiveOptions): Promise<void> {
  requireNetwork();
  const receiver = await LISTEN[options.type](options);
  const output = neverWaitForReaders();
  printError(listeningText(receiver.address, receiver.port));
  onStopSignal(() => {
    output.letGo();
    void receiver.close();
  });
}

const LISTEN = { nsca: listenNsca, 'nsca-ng': listenNscaNg };

function listenNsca({ address, port, encryption, passwordFile }: ReceiveOptions): Promise<nsca.NscaReceiver> {
  return nsca.receive(
    {
      address,
      ...(port !== undefined && { port }),
      encryption: nsca.parseEncryption(encryption),
      ...(passwordFile !== undefined && { password: nsca.Password.fromFile(passwordFile) }),
    },
    print,
  );
}

function listenNscaNg({ address, port, identity, keyFile }: ReceiveOptions): Promise<nscaNg.NscaNgReceiver> {
  if (identity === undefined || keyFile === undefined)
    throw new CommandError('receive --type nsca-ng needs --identity NAME and --key-file FILE');
  const key = nscaNg.Secret.fromFile(keyFile, 'key');
  return nscaNg.receive({ address, ...(port !== undefined && { port }), identity, key }, print);
}

function print(event: nsca.ReceiverEvent | nscaNg.ReceiverEvent): void {
  if (event.type === 'refusal') {
    printError(`refused from ${event.peer.address}: ${event.message}`);
    return;
  }
  const { host, service, output } = event.texts;
  // A character for each byte, so that the line goes on to send_nsca with the bytes that came.
  const line = lineOf({
    host: host.toString('latin1'),
    service: service.toString('latin1'),
    returnCode: event.result.returnCode,
    lines: output.toString('latin1').split('\n'),
  });
  printBytes(Buffer.from(`${line}\n`, 'latin1'));
}
