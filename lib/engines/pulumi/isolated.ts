import { createRequire } from "node:module";

/**
 * Runs work with a state of Pulumi's runtime of its own, as the Automation API does for inline programs, so that captures at the same time do not
 * see one another. `isElsewhere` says of the place where it is called whether that belongs to other such work. The class is internal to @pulumi/pulumi, whose version is pinned; a test tells when it goes.
 */
export function isolated<T>(work: (isElsewhere: () => boolean) => Promise<T>): Promise<T> {
  const state: unknown = createRequire(import.meta.url)("@pulumi/pulumi/runtime/state.js");
  const LocalStore: unknown = typeof state === "object" && state !== null ? Reflect.get(state, "LocalStore") : undefined;
  const storage: unknown = Reflect.get(globalThis, "asyncLocalStorage");
  if (typeof LocalStore !== "function" || !isStorage(storage)) throw new Error("this version of @pulumi/pulumi keeps its state elsewhere");
  const own: unknown = Reflect.construct(LocalStore, []);
  return storage.run(own, () => work(() => ![own, undefined].includes(storage.getStore())));
}

interface Storage {
  run<T>(store: unknown, work: () => T): T;
  getStore(): unknown;
}

const isStorage = (value: unknown): value is Storage =>
  typeof value === "object" && value !== null && "run" in value && typeof value.run === "function" && "getStore" in value;
