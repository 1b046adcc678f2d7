import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";

const signals = new URL("../../lib/cli/signals.ts", import.meta.url).href;
const hangs = `import { catchSignals } from ${JSON.stringify(signals)};
setInterval(() => {}, 1_000);
catchSignals((text) => console.log(text));
console.log("ready");`;

test("X05: a third Ctrl-C ends even a process that hangs, with what a shell reports for it", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", hangs], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  // Every line is the answer to the signal before it.
  const said: string[] = [];
  child.stdout.on("data", (chunk) => {
    said.push(...String(chunk).trimEnd().split("\n"));
    child.kill("SIGINT");
  });
  expect(await ended).toEqual([130, null]);
  expect(said).toEqual(["ready", "rolling back; press Ctrl-C again to stop at once", "stopping at once"]);
});
