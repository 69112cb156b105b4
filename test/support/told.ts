/** The global variable of a test in which something was told as lost, by a mode that says that it may miss something. */
export const TOLD = 'toldAsLost';
