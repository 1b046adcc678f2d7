import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { keyboard } from "../../lib/cli/approval.ts";

/** A stdin with what a terminal has beside: only these members are used. */
function stdin(isTTY: boolean) {
  const raw: boolean[] = [];
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (mode: boolean) => {
      raw.push(mode);
      return stream;
    },
  });
  return { stream: stream as unknown as NodeJS.ReadStream, type: (text: string) => stream.write(text), raw };
}

test("the keys of a terminal come one by one without Enter, until the terminal is given back as it was", async () => {
  const { stream, type, raw } = stdin(true);
  const keys: string[] = [];
  const giveBack = keyboard(stream)?.listen((key) => keys.push(key));
  type("y");
  type("ä");
  await new Promise(setImmediate);
  giveBack?.();
  expect({ raw, paused: stream.isPaused() }).toEqual({ raw: [true, false], paused: true });
  stream.resume();
  type("n");
  await new Promise(setImmediate);
  expect(keys).toEqual(["y", "ä"]);
});

test("where stdin is no terminal there are no keys, and it is left alone", () => {
  const { stream, raw } = stdin(false);
  expect({ keys: keyboard(stream), raw }).toEqual({ keys: undefined, raw: [] });
});
