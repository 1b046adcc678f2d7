import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askHidden, askLine } from "../../lib/cli/question.ts";

/** A terminal that a test types on. */
function terminal() {
  const raw: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => raw.push(on) });
  const stderr = new PassThrough();
  let shown = "";
  stderr.on("data", (chunk) => {
    shown += String(chunk);
  });
  return { terminal: { stdin, stderr }, type: (keys: string) => stdin.write(keys), shown: () => shown, raw };
}

test("D07: a value that is typed is never shown, and the terminal is given back", async () => {
  const { terminal: where, type, shown, raw } = terminal();
  const answer = askHidden("token: ", where);
  type("hunX\u007fter2\r");
  expect(await answer).toBe("hunter2");
  expect({ shown: shown(), raw }).toEqual({ shown: "token: \n", raw: [true, false] });
});

test("D07: a value that is pasted in pieces is taken whole", async () => {
  const { terminal: where, type } = terminal();
  const answer = askHidden("token: ", where);
  type("hunt");
  type("er2");
  type("\n");
  expect(await answer).toBe("hunter2");
});

test.each(["\u0003", "\u0004", "half\u0003"])("X10: Ctrl-C and Ctrl-D answer nothing: %j", async (keys) => {
  const hidden = terminal();
  const answer = askHidden("token: ", hidden.terminal);
  hidden.type(keys);
  expect(await answer).toBeUndefined();
  expect(hidden.raw).toEqual([true, false]);
  const open = terminal();
  const line = askLine("sure? ", open.terminal);
  open.type(keys === "\u0004" ? "\u0004" : "\u0003");
  expect(await line).toBeUndefined();
});

test("a line is taken without the spaces around it", async () => {
  const { terminal: where, type, shown } = terminal();
  const answer = askLine("type staging: ", where);
  type(" staging \r");
  expect(await answer).toBe("staging");
  expect(shown()).toContain("type staging: ");
});
