import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { liveView } from "../../lib/cli/live.ts";
import { rolledBack, told, turnedBack, upToBake } from "./told.ts";

/** A stream with what a terminal has beside: only these members are read. */
function terminal() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60, rows: 50 });
  let painted = "";
  stream.on("data", (chunk) => {
    painted += String(chunk);
  });
  // A tty.WriteStream needs a real terminal; tests of the command line in one stand in the rehearsal's own.
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => stripVTControlCharacters(painted), raw: () => painted };
}

test("C21: the live view paints while it runs, and leaves its last state on the terminal", async () => {
  const { stream, text } = terminal();
  const view = liveView(stream);
  for (const event of told(upToBake)) view.tell(event);
  await vi.waitFor(() => expect(text()).toContain("bake at 50 % for 2 s"));
  for (const event of told(turnedBack)) view.tell(event);
  view.tell(rolledBack);
  const before = text().length;
  await view.end();
  expect(text().slice(before)).toContain("↶ start 1.1.0 in green undone");
});

test("a question stands until the release goes on, and what was said stays", async () => {
  const { stream, text } = terminal();
  const view = liveView(stream);
  view.say("rolling back");
  view.ask("go on?");
  await vi.waitFor(() => expect(text()).toContain("rolling back\ngo on?"));
  for (const event of told(turnedBack)) view.tell(event);
  const before = text().length;
  await view.end();
  expect(text().slice(before)).toContain("rolling back");
  expect(text().slice(before)).not.toContain("go on?");
});

test("nothing is painted where nothing happened, and the cursor comes back where something did", async () => {
  const empty = terminal();
  await liveView(empty.stream).end();
  expect(empty.raw()).toBe("");
  const { stream, raw } = terminal();
  const view = liveView(stream);
  view.say("hello");
  await vi.waitFor(() => expect(raw()).toContain("hello"));
  await view.end();
  await view.end();
  expect(raw().lastIndexOf("\u001b[?25h")).toBeGreaterThan(raw().lastIndexOf("\u001b[?25l"));
});

test("X05: Ctrl-C is left to whoever runs the rehearsal", async () => {
  const before = process.listenerCount("SIGINT");
  const view = liveView(terminal().stream);
  view.say("hello");
  expect(process.listenerCount("SIGINT")).toBe(before);
  await view.end();
});
