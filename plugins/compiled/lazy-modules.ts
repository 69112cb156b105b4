import { isBuiltin } from 'node:module';

type Module = Readonly<Record<PropertyKey, unknown>>;

/**
 * A require() by which a module of Node.js is loaded when the first thing of it is used, and not when the module that
 * needs it is: an agent whose results go by NSCA needs no TLS, and one that runs no program needs nothing to run them.
 * Each has code of its own in the heap, and its source in node's file, which is read to be compiled. A module that is a
 * function itself (`assert`) cannot be had by this.
 */
export function lazily(require: NodeJS.Require): NodeJS.Require {
  const load = (name: string): unknown =>
    isBuiltin(name) ? lazyModule(() => require(name) as Module) : require(name);
  return Object.assign(load, require);
}

function lazyModule(load: () => Module): Module {
  return new Proxy<Module>(
    {},
    {
      get: (_none, name) => load()[name],
      // Who imports a whole module copies it, by its names: import() of esbuild.
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor(_none, name) {
        const descriptor = Reflect.getOwnPropertyDescriptor(load(), name);
        return descriptor && { ...descriptor, configurable: true };
      },
    },
  );
}
