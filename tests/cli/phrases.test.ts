import { expect, test } from "vitest";
import { bugLines } from "../../lib/cli/failure.ts";
import { noPaint } from "../../lib/cli/paint.ts";
import { bytes } from "../../lib/cli/phrases.ts";
import { plainLines, plainStart } from "../../lib/cli/plain.ts";
import { told } from "./told.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [999_949, "999.9 kB"],
  [12_345_678, "12.3 MB"],
])("%d bytes are shown as %s", (count, shown) => {
  expect(bytes(count)).toBe(shown);
});

test("C21 X06: what people ask, what a fault does and who goes on with a release is told where nobody has a screen", () => {
  const events = told([
    { type: "resumed", release: "r-1", because: "its controller ended before it did" },
    { type: "handed-over", release: "r-1", to: "arn:r-1" },
    { type: "asked", what: "pause", by: "ana@laptop" },
    { type: "fault", fault: "plane-dies", text: "strikes while shift-50" },
  ]);
  expect(events.map((event) => plainLines(event, plainStart).lines.map((line) => line.slice(line.indexOf("s  ") + 3)))).toEqual([
    ["r-1 goes on: its controller ended before it did"],
    ["r-1 runs in arn:r-1; Ctrl-C stops the watching, not the release"],
    ["ana@laptop asked: pause"],
    ["fault plane-dies: strikes while shift-50"],
  ]);
});

test("a fault of our own that is no error is reported as what it is", () => {
  expect(bugLines("thrown text", ["status"], "1.2.3", noPaint).at(-1)).toBe("  thrown text");
});
