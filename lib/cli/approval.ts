import type { Ask } from "../actions/views.ts";
import type { Event } from "../base/events.ts";
import { commandFor } from "./next-command.ts";

/** Where a person may answer. */
export interface Keyboard {
  /** Calls back with every key until the returned function is called. */
  listen(onKey: (key: string) => void): () => void;
}

/** The keys of a terminal, one at a time; undefined where stdin is no terminal. */
export function keyboard(stdin: NodeJS.ReadStream): Keyboard | undefined {
  if (!stdin.isTTY) return undefined;
  return {
    listen: (onKey) => {
      const onData = (chunk: Buffer) => onKey(chunk.toString("utf8"));
      stdin.setRawMode(true).on("data", onData).resume();
      return () => stdin.setRawMode(false).off("data", onData).pause();
    },
  };
}

const ctrlC = "\u0003";

interface Approval {
  /** Looks at every event: asks when the release waits, stops asking when it goes on. */
  see(event: Event): void;
  close(): void;
}

/** How an answer is asked for and where it goes. */
export interface Way {
  readonly keys: Keyboard | undefined;
  /** Shows a question. */
  readonly show: (text: string) => void;
  readonly ask: (what: Extract<Ask, "approve" | "abort">) => void;
  /** A raw terminal delivers Ctrl-C as a key. */
  readonly interrupt: () => void;
  readonly project: () => string;
  readonly cwd: string;
}

/** Asks whoever sits at the terminal; without one, names the commands that answer from another. */
export function approval({ keys, show, ask, interrupt, project, cwd }: Way): Approval {
  let stopListening: (() => void) | undefined;
  const close = () => {
    stopListening?.();
    stopListening = undefined;
  };
  const onKey = (key: string) => {
    if (key === ctrlC) return interrupt();
    const answer = ({ y: "approve", n: "abort" } as const)[key.toLowerCase()];
    if (!answer) return;
    close();
    ask(answer);
  };
  const wait = () => {
    if (stopListening) return;
    const elsewhere = `${commandFor("approve", project(), cwd)}   or: ${commandFor("abort", project(), cwd)}`;
    show(
      keys ? `go on? press y for yes, n to abort (or, from another terminal: ${elsewhere})` : `answer from another terminal: ${elsewhere}`,
    );
    stopListening = keys?.listen(onKey) ?? (() => {});
  };
  return { see: (event) => (event.type === "waiting" ? wait() : goesOn.has(event.type) && close()), close };
}

/** Events after which nothing waits any more. */
const goesOn: ReadonlySet<Event["type"]> = new Set(["step-started", "step-done", "turned-back", "outcome"] as const);
