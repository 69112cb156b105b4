import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { TOLD } from './told.js';

/**
 * In a mode that may miss something, and says so, and in a guest whose host leaves a processor aside, a test holds if
 * what it saw was exact, or something was told as lost meanwhile: nothing more is promised there. What was borne so is
 * printed.
 */
export default class ExactOrTold extends TestEnvironment {
  handleTestEvent(event: Circus.Event): void {
    if (event.name === 'test_start') Reflect.set(this.global, TOLD, false);
    if (event.name !== 'test_fn_failure' || Reflect.get(this.global, TOLD) !== true) return;
    event.test.errors.length = 0;
    process.stdout.write(`not exact, but told as lost: ${event.test.name}\n`);
  }
}
