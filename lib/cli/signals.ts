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

/** The first Ctrl-C asks to roll back, the second to stop at once. A third one ends the process, in case that hangs. */
export function catchSignals(say: (text: string) => void): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const interrupt = () => {
    if (kill.signal.aborted) process.exit(killed);
    const first = !stop.signal.aborted;
    say(first ? "rolling back; press Ctrl-C again to stop at once" : "stopping at once");
    (first ? stop : kill).abort();
  };
  for (const name of caught) process.on(name, interrupt);
  const release = () => {
    for (const name of caught) process.off(name, interrupt);
  };
  return { signals: { stop: stop.signal, kill: kill.signal }, interrupt, stop: () => stop.abort(), release };
}

/** What a shell reports for a program that Ctrl-C ended. */
const killed = 130;
