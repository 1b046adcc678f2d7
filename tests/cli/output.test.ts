import { Writable } from "node:stream";
import { expect, test, vi } from "vitest";
import { openOutput } from "../../lib/cli/output.ts";

/** A pipe whose reader leaves after so many writes. */
function pipe(readable: number): { stream: Writable; read: string[]; tried: string[] } {
  const read: string[] = [];
  const tried: string[] = [];
  const stream = new Writable({
    // Like stdout, which takes no end.
    autoDestroy: false,
    write(chunk, _encoding, callback) {
      tried.push(String(chunk));
      if (read.length >= readable) return callback(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      read.push(String(chunk));
      callback();
    },
  });
  return { stream, read, tried };
}

test("lines are written whole, and an empty list writes nothing", async () => {
  const { stream, read } = pipe(10);
  const output = openOutput(stream, () => {});
  output.write(["a", "b"]);
  output.write([]);
  await output.flush();
  expect(read.filter((text) => text !== "")).toEqual(["a\nb\n"]);
});

test("X05: when the reader of a pipe goes away that is told once, and writing on is harmless", async () => {
  const { stream, read, tried } = pipe(1);
  const gone = vi.fn();
  const output = openOutput(stream, gone);
  output.write(["first"]);
  output.write(["second"]);
  await vi.waitFor(() => expect(gone).toHaveBeenCalledTimes(1));
  output.write(["third"]);
  await output.flush();
  expect(read).toEqual(["first\n"]);
  expect(tried).toEqual(["first\n", "second\n"]);
  expect(gone).toHaveBeenCalledTimes(1);
});

test("a closed output leaves nothing behind on its stream", () => {
  const { stream } = pipe(1);
  openOutput(stream, () => {}).close();
  expect(stream.listenerCount("error")).toBe(0);
});
