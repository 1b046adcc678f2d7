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

/** Whether it counts as the first Ctrl-C that nobody reads any more: a pipe was closed, or a terminal, which is told by SIGHUP. */
export type Unread = "stops" | "stops nothing";

const ending = ["SIGINT", "SIGTERM"] as const;
const ignore = (): void => {};

/** What the first Ctrl-C does where nothing else is said. */
export const rollingBack = "rolling back; press Ctrl-C again to stop at once";

/**
 * The first Ctrl-C asks to roll back, or to do what `first` says then, the second to stop at once. A third one ends the process, in case that
 * hangs.
 */
export function catchSignals(say: (text: string) => void, first = () => rollingBack, unread: Unread = "stops"): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const interrupt = () => {
    if (kill.signal.aborted) process.exit(killed);
    const again = stop.signal.aborted;
    say(again ? "stopping at once" : first());
    (again ? kill : stop).abort();
  };
  const hangUp = unread === "stops" ? interrupt : ignore;
  for (const name of ending) process.on(name, interrupt);
  process.on("SIGHUP", hangUp);
  const release = () => {
    for (const name of ending) process.off(name, interrupt);
    process.off("SIGHUP", hangUp);
  };
  return { signals: { stop: stop.signal, kill: kill.signal }, interrupt, stop: () => stop.abort(), release };
}

/** What a shell reports for a program that Ctrl-C ended. */
const killed = 130;
