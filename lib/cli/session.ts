import { type Output, openOutput } from "./output.ts";
import { catchSignals, type Interrupts } from "./signals.ts";
import { openView, type View, type ViewKind } from "./view.ts";

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

/** Opens stdout for data and stderr for talk. When nobody reads one of them any more, that counts as the first Ctrl-C. */
export async function openSession(kind: ViewKind): Promise<Session> {
  let interrupts: Interrupts | undefined;
  const gone = () => interrupts?.stop();
  const data = openOutput(process.stdout, gone);
  const talk = openOutput(process.stderr, gone);
  const view = await openView(kind, data, talk);
  const caught = catchSignals(view.say);
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
