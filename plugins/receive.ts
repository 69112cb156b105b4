import {
  parseEncryption,
  Password,
  receive as listen,
  type ReceiverEvent,
} from '../src/nsca-client/index.js';
import { sendNscaLine } from '../src/delivery/index.js';
import { neverWaitForReaders } from './never-wait.js';
import { printBytes, printError } from './output.js';
import { onStopSignal } from './until-signal.js';

export interface ReceiveOptions {
  readonly address: string;
  readonly port: number;
  readonly encryption: string;
  readonly passwordFile?: string;
}

/** `check_rlimit_passive receive`: what an NSCA server would have got, a line for each result. */
export async function receive({ address, port, encryption, passwordFile }: ReceiveOptions): Promise<void> {
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
  printError(`listening on ${receiver.address} port ${receiver.port}`);
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
  const line = sendNscaLine({
    host: host.toString('latin1'),
    service: service.toString('latin1'),
    returnCode: event.result.returnCode,
    output: output.toString('latin1'),
  });
  printBytes(Buffer.from(`${line}\n`, 'latin1'));
}
