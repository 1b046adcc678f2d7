import type { Signals } from "../actions/views.ts";

/** Turns Ctrl-C into the two wishes of an action. */
export interface Interrupts {
  readonly signals: Signals;
  /** Does what a Ctrl-C does. */
  interrupt(): void;
  /** Wishes to stop, without a word: the reader of our output has gone. */
  stop(): void;
  /** Gives Ctrl-C back its usual meaning. */
  release(): void;
}

const caught = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What the first Ctrl-C does where nothing else is said. */
export const rollingBack = "rolling back; press Ctrl-C again to stop at once";

/**
 * The first Ctrl-C asks to roll back, or to do what `first` says then, the second to stop at once. A third one ends the process, in case that
 * hangs.
 */
export function catchSignals(say: (text: string) => void, first = () => rollingBack): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const interrupt = () => {
    if (kill.signal.aborted) process.exit(killed);
    const again = stop.signal.aborted;
    say(again ? "stopping at once" : first());
    (again ? kill : stop).abort();
  };
  for (const name of caught) process.on(name, interrupt);
  const release = () => {
    for (const name of caught) process.off(name, interrupt);
  };
  return { signals: { stop: stop.signal, kill: kill.signal }, interrupt, stop: () => stop.abort(), release };
}

/** What a shell reports for a program that Ctrl-C ended. */
const killed = 130;
