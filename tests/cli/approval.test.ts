import { expect, test } from "vitest";
import type { Event } from "../../lib/base/events.ts";
import { instant } from "../../lib/base/time.ts";
import { approval, type Keyboard } from "../../lib/cli/approval.ts";

const waiting: Event = { type: "waiting", step: "approval", because: "a person has to approve", at: instant(1) };
const goesOn: Event = { type: "step-done", step: "approval", title: "wait for approval", ms: 1, at: instant(2) };

function sitting(withKeys: boolean) {
  const shown: string[] = [];
  const asked: string[] = [];
  let interrupted = 0;
  let press: ((key: string) => void) | undefined;
  const keys: Keyboard = {
    listen: (onKey) => {
      press = onKey;
      return () => {
        press = undefined;
      };
    },
  };
  const answers = approval({
    keys: withKeys ? keys : undefined,
    show: (text) => shown.push(text),
    ask: (what) => asked.push(what),
    interrupt: () => {
      interrupted += 1;
    },
    project: () => "/my shop",
    cwd: "/",
  });
  return {
    answers,
    shown,
    asked,
    press: (key: string) => press?.(key),
    listens: () => press !== undefined,
    interrupted: () => interrupted,
  };
}

test("somebody at the terminal is asked once, however often it is told that the release waits", () => {
  const { answers, shown } = sitting(true);
  for (const event of [waiting, waiting, waiting]) answers.see(event);
  expect(shown).toEqual([
    "go on? press y for yes, n to abort (or, from another terminal: sluice approve --project '/my shop'   or: sluice abort --project '/my shop')",
  ]);
});

test.each([
  ["y", "approve"],
  ["N", "abort"],
])("the key %s asks to %s, and then no key is taken any more", (key, what) => {
  const { answers, asked, press, listens } = sitting(true);
  answers.see(waiting);
  press("x");
  press(key);
  expect(asked).toEqual([what]);
  expect(listens()).toBe(false);
});

test("X05: Ctrl-C while it asks is an interrupt, though the terminal delivers it as a key", () => {
  const { answers, asked, press, interrupted } = sitting(true);
  answers.see(waiting);
  press("\u0003");
  expect([interrupted(), asked]).toEqual([1, []]);
});

test("when somebody else approves, the terminal is given back", () => {
  const { answers, listens } = sitting(true);
  answers.see(waiting);
  answers.see(goesOn);
  expect(listens()).toBe(false);
});

test("without a terminal the commands that answer are named, once", () => {
  const { answers, shown } = sitting(false);
  answers.see(waiting);
  answers.see(waiting);
  expect(shown).toEqual(["answer from another terminal: sluice approve --project '/my shop'   or: sluice abort --project '/my shop'"]);
});
