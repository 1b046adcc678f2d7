import type { Event } from "../base/events.ts";
import { jsonView } from "./json.ts";
import type { Output } from "./output.ts";
import { plainLines, plainStart } from "./plain.ts";

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

export type ViewKind = "live" | "plain" | "json";

/** What fits where the talk goes: live on a terminal that can move its cursor, plain lines everywhere else. */
export function viewKind(json: boolean, isTerminal: boolean, environment: NodeJS.ProcessEnv): ViewKind {
  if (json) return "json";
  return isTerminal && !environment.CI && environment.TERM !== "dumb" ? "live" : "plain";
}

/** Opens a view. `data` is where JSON lines go, `talk` where everything for people goes. */
export async function openView(kind: ViewKind, data: Output, talk: Output): Promise<View> {
  const say = (text: string) => talk.write([text]);
  if (kind === "json") return { ...jsonView(data), say, ask: say, end: async () => {} };
  if (kind === "plain") return { tell: plainTell(talk), say, ask: say, end: async () => {} };
  const { liveView } = await import("./live.ts");
  return liveView(process.stderr);
}

function plainTell(talk: Output): (event: Event) => void {
  let state = plainStart;
  return (event) => {
    const next = plainLines(event, state);
    state = next.state;
    talk.write(next.lines);
  };
}
