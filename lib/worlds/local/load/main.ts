// The load generator, a process of its own, so that the callers go on when the controller or the data plane dies.
// Arguments: its folder, and for how many milliseconds it goes on without being told anything.
import path from "node:path";
import { takeTurns } from "../../../ports/turns.ts";
import { announce, findBackground, forget, socketFolder } from "../background.ts";
import { serveControl } from "../control.ts";
import { type Loop, openLoop } from "./open-loop.ts";
import { openOutcomes } from "./outcomes.ts";
import { openSender } from "./sender.ts";
import type { LoadVerbs } from "./verbs.ts";

const [folder = "", lease = ""] = process.argv.slice(2);
const announced = path.join(folder, "process.json");
const socket = path.join(socketFolder(), "control");
const outcomes = openOutcomes(path.join(folder, "outcomes.jsonl"));
const sender = openSender();

let sending: { readonly what: string; readonly loop: Loop } | undefined;
let address = "";

function send(to: LoadVerbs["send"]["in"]): null {
  const { rate, kinds } = to;
  const what = JSON.stringify({ rate, kinds });
  address = to.address;
  if (sending?.what === what) return null;
  if (rate === 0) {
    sending?.loop.stop();
    sending = undefined;
    return null;
  }
  const turn = takeTurns(kinds);
  sending?.loop.stop();
  sending = { what, loop: openLoop(rate, (due) => sender.send(address, turn(), due, outcomes.recorder())) };
  return null;
}

// Everything that must not be left undone is synchronous, and so happens however this process ends, short of kill -9.
process.on("exit", () => {
  outcomes.flush();
  forget(announced, socket);
});
const end = () => process.exit(0);
process.on("SIGTERM", end);
process.on("SIGINT", end);

let expiry = setTimeout(end, Number(lease));
function renewed<In, Out>(act: (input: In) => Out): (input: In) => Out {
  return (input) => {
    clearTimeout(expiry);
    expiry = setTimeout(end, Number(lease));
    return act(input);
  };
}

await serveControl<LoadVerbs>(socket, {
  send: renewed(send),
  book: renewed(() => outcomes.total()),
  fresh: renewed(() => {
    outcomes.reset();
    return null;
  }),
  stop: () => {
    // The answer goes out first.
    setTimeout(end, 10);
    return null;
  },
});
await announce(announced, socket);

setInterval(() => {
  outcomes.flush();
  // The folder was removed, or another generator took over: nobody can tell this one anything any more.
  if (findBackground(announced)?.process.pid !== process.pid) end();
}, 1_000);
