import type { Event } from "../base/events.ts";
import { jsonView } from "./json.ts";
import { type Output, openOutput } from "./output.ts";
import { plainLines, plainStart } from "./plain.ts";
import { catchSignals, type Interrupts } from "./signals.ts";
import type { View, ViewKind } from "./view.ts";

/** Where a running action is shown, and how it is interrupted. */
export interface Session {
  readonly view: View;
  /** Where the result goes: stdout. */
  readonly data: Output;
  readonly json: boolean;
  readonly interrupts: Interrupts;
  /** Gives the terminal and Ctrl-C back, when everything is written. */
  close(): Promise<void>;
}

/**
 * Opens stdout for data and stderr for talk. When nobody reads one of them any more, that counts as the first Ctrl-C, to which `first` is what
 * is said.
 */
export async function openSession(kind: ViewKind, first?: () => string): Promise<Session> {
  let interrupts: Interrupts | undefined;
  const gone = () => interrupts?.stop();
  const data = openOutput(process.stdout, gone);
  const talk = openOutput(process.stderr, gone);
  const view = await openView(kind, data, talk);
  const caught = catchSignals(view.say, first);
  interrupts = caught;
  const close = async () => {
    caught.release();
    await view.end();
    await Promise.all([data.flush(), talk.flush()]);
    data.close();
    talk.close();
  };
  return { view, data, json: kind === "json", interrupts: caught, close };
}

/** Opens a view. `data` is where JSON lines go, `talk` where everything for people goes. */
async function openView(kind: ViewKind, data: Output, talk: Output): Promise<View> {
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
