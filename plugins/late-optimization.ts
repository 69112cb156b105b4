import { setFlagsFromString } from 'node:v8';

/**
 * How much bytecode a function runs through, in bytes, before V8 counts it as busy; three times that and it is
 * optimized. With V8's 66 KiB the agent's start alone is enough: the optimizing compiler is touched, 4 MiB of Node's
 * own file, and works in memory that the C library then keeps. With this, what is optimized is what a flood of
 * crossings runs for seconds. A V8 that does not know the flag says so, and goes on.
 */
setFlagsFromString('--interrupt-budget=10000000');
