import {
  parseEncryption,
  Password,
  receive as listen,
  type ReceiverEvent,
} from '../../src/nsca-client/index.js';
import { lineOf } from '../../src/services/index.js';
import { listeningText } from './listening.js';
import { neverWaitForReaders } from '../output/never-wait.js';
import { requireNetwork } from '../node-permission.js';
import { printBytes, printError } from '../output/output.js';
import { onStopSignal } from '../until-signal.js';

export interface ReceiveOptions {
  readonly address: string;
  readonly port: number;
  readonly encryption: string;
  readonly passwordFile?: string;
}

/** `check_rlimit_passive receive`: what an NSCA server would have got, a line for each result. */
export async function receive({ address, port, encryption, passwordFile }: ReceiveOptions): Promise<void> {
  requireNetwork();
  const receiver = await listen(
    {
      address,
      port,
      encryption: parseEncryption(encryption),
      ...(passwordFile !== undefined && { password: Password.fromFile(passwordFile) }),
    },
    print,
  );
  const output = neverWaitForReaders();
  printError(listeningText(receiver.address, receiver.port));
  onStopSignal(() => {
    output.letGo();
    void receiver.close();
  });
}

function print(event: ReceiverEvent): void {
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
