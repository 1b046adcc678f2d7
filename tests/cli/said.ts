import { vi } from "vitest";
import { main } from "../../lib/cli/main.ts";

/** Runs the command line in this process, and returns what it wrote where. */
export async function said(args: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const taking = (to: "out" | "err") => (chunk: unknown, encodingOrDone?: unknown, done?: unknown) => {
    written[to] += String(chunk);
    const whenWritten = typeof encodingOrDone === "function" ? encodingOrDone : done;
    if (typeof whenWritten === "function") whenWritten();
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(taking("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(taking("err")),
  ];
  try {
    return { exit: await main(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
