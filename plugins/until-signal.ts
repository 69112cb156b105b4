/** Calls back at SIGINT or SIGTERM, once. Gives a function that takes this back. */
export function onStopSignal(stop: () => void): () => void {
  const release = () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, handle);
  };
  const handle = () => {
    release();
    stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handle);
  return release;
}
