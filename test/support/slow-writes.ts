import type { OwnPlace } from '../../src/files/index.js';

/** A place that has answered, and where each write takes until the test lets it end. */
export class SlowWrites implements OwnPlace {
  readonly isOurs = Promise.resolve(true);
  /** What is being written now. */
  readonly underWay: { readonly text: string; end(): void }[] = [];

  answers(): Promise<boolean> {
    return Promise.resolve(true);
  }

  write(_path: string, text: string): Promise<boolean> {
    return new Promise((resolve) => {
      const write = {
        text,
        end: () => {
          this.underWay.splice(this.underWay.indexOf(write), 1);
          resolve(true);
        },
      };
      this.underWay.push(write);
    });
  }
}
