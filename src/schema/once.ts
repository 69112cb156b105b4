/** What `make` makes, when it is asked for the first time: most schemas of a file nobody asks for. */
export function once<Made>(make: () => Made): () => Made {
  let made: { readonly it: Made } | undefined;
  return () => (made ??= { it: make() }).it;
}
