import { afterEach, expect, test } from "vitest";
import { openSession } from "../../lib/cli/session.ts";
import { catchSignals, type Interrupts } from "../../lib/cli/signals.ts";

let interrupts: Interrupts | undefined;
afterEach(() => interrupts?.release());

function caught(): { said: string[]; interrupts: Interrupts } {
  const said: string[] = [];
  interrupts = catchSignals((text) => said.push(text));
  return { said, interrupts };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("X05: the first %s rolls back, the second stops at once, and each says so", (name) => {
  const { said, interrupts: mine } = caught();
  process.emit(name);
  expect([mine.signals.stop.aborted, mine.signals.kill.aborted]).toEqual([true, false]);
  process.emit(name);
  expect([mine.signals.stop.aborted, mine.signals.kill.aborted]).toEqual([true, true]);
  expect(said).toEqual(["rolling back; press Ctrl-C again to stop at once", "stopping at once"]);
});

test("X05: what the first Ctrl-C does is said as it is then", () => {
  const said: string[] = [];
  let isElsewhere = false;
  interrupts = catchSignals(
    (text) => said.push(text),
    () => (isElsewhere ? "no longer watching" : "rolling back"),
  );
  isElsewhere = true;
  process.emit("SIGINT");
  expect(said).toEqual(["no longer watching"]);
});

test("X05: when nobody reads any more it rolls back, and the next Ctrl-C stops at once", () => {
  const { interrupts: mine } = caught();
  mine.stop();
  expect([mine.signals.stop.aborted, mine.signals.kill.aborted]).toEqual([true, false]);
  mine.interrupt();
  expect(mine.signals.kill.aborted).toBe(true);
});

test("B21 X05: what moves callers of production is not stopped by a terminal that was closed", () => {
  interrupts = catchSignals(
    () => {},
    () => "rolling back",
    "stops nothing",
  );
  process.emit("SIGHUP");
  expect(interrupts.signals.stop.aborted).toBe(false);
  process.emit("SIGTERM");
  expect(interrupts.signals.stop.aborted).toBe(true);
});

test.each(["stops", "stops nothing"] as const)("B21 X05: a reader that went away %s, as who runs it wants", async (unread) => {
  const session = await openSession("json", { unread });
  interrupts = session.interrupts;
  process.stdout.emit("error", new Error("write EPIPE"));
  expect(session.interrupts.signals.stop.aborted).toBe(unread === "stops");
  await session.close();
});

test("afterwards Ctrl-C has its usual meaning again", () => {
  const before = process.listenerCount("SIGINT");
  caught().interrupts.release();
  expect(process.listenerCount("SIGINT")).toBe(before);
});
