/** The global variable of a test in which something was told as lost that nobody promises to see. */
export const TOLD = 'toldAsLost';
