import type { Readable } from 'node:stream';

/** Bytes; what is longer is cut anyway. */
const LONGEST = 1024;

/** The first line with something in it. The rest is read and forgotten, so that the writer can go on. */
export class FirstLine {
  #bytes = Buffer.alloc(0);

  constructor(stream: Readable) {
    stream.on('data', (part: Buffer) => {
      if (this.#bytes.length < LONGEST) this.#bytes = Buffer.concat([this.#bytes, part.subarray(0, LONGEST)]);
    });
    // A stream that is given up ends with an error.
    stream.on('error', () => undefined);
  }

  get text(): string {
    return this.#bytes.toString().trimStart().split('\n', 1)[0]?.trimEnd() ?? '';
  }
}

/** The last line with something in it that is complete, or as far as it has come. */
export class LastLine {
  #bytes = Buffer.alloc(0);

  constructor(stream: Readable) {
    stream.on('data', (part: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, part.subarray(-LONGEST)]).subarray(-LONGEST);
    });
    stream.on('error', () => undefined);
  }

  get text(): string {
    return this.#bytes.toString().trimEnd().split('\n').at(-1)?.trimStart() ?? '';
  }
}
