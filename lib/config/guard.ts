import { setImmediate } from "node:timers/promises";

const exit = process.exit;

/** A configuration is read in the midst of a command, which has its own ways to end. */
const refuseExit: typeof process.exit = () => {
  throw new Error("it calls process.exit, and a configuration only exports what it says");
};

/** Runs what loads a user's module: what it throws later, from a timer or a promise, is thrown here, and so is its `process.exit`. */
export async function guarded<T>(load: () => Promise<T>): Promise<T> {
  const later = Promise.withResolvers<never>();
  process.on("uncaughtException", later.reject);
  process.exit = refuseExit;
  try {
    const loaded = await Promise.race([load(), later.promise]);
    // A promise that nobody waits for is found rejected only once the module has run.
    await Promise.race([setImmediate(), later.promise]);
    return loaded;
  } finally {
    process.off("uncaughtException", later.reject);
    if (process.exit === refuseExit) process.exit = exit;
  }
}
