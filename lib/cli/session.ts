import type { Event } from "../base/events.ts";
import { jsonView } from "./json.ts";
import { type Output, openOutput } from "./output.ts";
import { plainLines, plainStart } from "./plain.ts";
import { catchSignals, type Interrupts, type Unread } from "./signals.ts";
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

interface Manners {
  /** What is said to the first Ctrl-C. */
  readonly first?: () => string;
  /** What it does that nobody reads its output any more, or that the terminal was closed. */
  readonly unread: Unread;
}

/** Opens stdout for data and stderr for talk. */
export async function openSession(kind: ViewKind, { first, unread }: Manners): Promise<Session> {
  let interrupts: Interrupts | undefined;
  const gone = () => {
    if (unread === "stops") interrupts?.stop();
  };
  const data = openOutput(process.stdout, gone);
  const talk = openOutput(process.stderr, gone);
  const view = await openView(kind, data, talk);
  const caught = catchSignals(view.say, first, unread);
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
