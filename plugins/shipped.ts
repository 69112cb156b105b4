/** The file that a package installs: from dist/bin/ up to the package, and from dist/plugins/, of which that is made. */
export const DEFAULT_FILE = new URL('../../packaging/default.yaml', import.meta.url);
