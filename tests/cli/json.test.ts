import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { jsonLine, jsonView } from "../../lib/cli/json.ts";
import { openOutput } from "../../lib/cli/output.ts";
import { rolledBack, told, upToBake } from "./told.ts";

test("C21: every event is one line of JSON, its type first, and reads back as it was", () => {
  const events = [...told(upToBake), rolledBack];
  const lines = events.map(jsonLine);
  expect(lines.every((line) => /^\{"type":"[a-z-]+",/.test(line) && !line.includes("\n"))).toBe(true);
  expect(lines.map((line) => JSON.parse(line))).toEqual(events);
});

test("the type comes first even where an event was put together in another order", () => {
  const { type, ...rest } = rolledBack;
  expect(jsonLine({ ...rest, type })).toMatch(/^\{"type":"outcome"/);
});

test("the view writes a line for each event and nothing else", () => {
  const stream = new PassThrough();
  const view = jsonView(openOutput(stream, () => {}));
  view.tell(rolledBack);
  expect(String(stream.read())).toBe(`${jsonLine(rolledBack)}\n`);
});
