import type { Event } from "../base/events.ts";

/** Shows a running action to somebody. */
export interface View {
  tell(event: Event): void;
  /** A word beside the events, for people. */
  say(text: string): void;
  /** A question to whoever sits there; it stands until the release goes on. */
  ask(text: string): void;
  /** Shows what is still to be shown, and gives the terminal back. */
  end(): Promise<void>;
}

/** Who looks: a person at a terminal, a log, or a program that reads one event a line. */
export type ViewKind = "live" | "plain" | "json";

/** What fits where the talk goes: live on a terminal that can move its cursor, plain lines everywhere else. */
export function viewKind(json: boolean, isTerminal: boolean, environment: NodeJS.ProcessEnv): ViewKind {
  if (json) return "json";
  return isTerminal && !environment.CI && environment.TERM !== "dumb" ? "live" : "plain";
}
