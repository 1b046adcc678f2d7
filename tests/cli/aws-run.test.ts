import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import type { AwsEnd, AwsTold } from "../../lib/actions/aws-events.ts";
import { deploy } from "../../lib/actions/deploy.ts";
import type { MakeEngine } from "../../lib/actions/engines.ts";
import { runOnAws } from "../../lib/cli/aws-run.ts";
import { memoryEngine, memorySecrets, targetOf, unlocked, unrestored } from "../actions/aws-target.ts";

const never = new Promise<never>(() => {});
const ctrlC = () => void process.emit("SIGINT");
const untilExit = new Error("the process would have ended");

interface Ran {
  /** What the process ended with by itself; undefined where the command line ends it. */
  readonly exited: readonly unknown[];
  readonly exit: number | undefined;
  readonly events: readonly AwsTold[];
}

/** Runs work as `--json` does in this process. `onLine` is called with every line that goes out. */
async function ran(work: (tell: (told: AwsTold) => void) => Promise<AwsEnd>, onLine = (_line: string): void => {}): Promise<Ran> {
  const lines: string[] = [];
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((chunk: unknown, ...rest: unknown[]) => {
      const text = String(chunk);
      if (text !== "") lines.push(text);
      onLine(text);
      for (const done of rest) if (typeof done === "function") done();
      return true;
    }),
    vi.spyOn(process, "exit").mockImplementation(() => {
      throw untilExit;
    }),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const exit = await runOnAws({ environment: "test", json: true, next: "" }, work).catch((error: unknown) => {
    if (error !== untilExit) throw error;
    return undefined;
  });
  const exited = vi.mocked(process.exit).mock.calls.flat();
  for (const spy of spies) spy.mockRestore();
  return { exit, exited, events: lines.map((line): AwsTold => JSON.parse(line)) };
}

/** A deploy whose engine does as it is told once it is to change something. */
function deploying(apply: ReturnType<MakeEngine>["apply"] | undefined, preview?: () => void) {
  const secrets = async () => memorySecrets(["/shop/user", "/shop/token"]);
  const target = targetOf();
  const aws = memoryEngine();
  return (tell: (told: AwsTold) => void) => {
    const make: MakeEngine = (hear) => {
      const engine = aws.make(hear);
      const look: typeof engine.preview = async (plan) => {
        if (!preview) return engine.preview(plan);
        preview();
        return never;
      };
      return { ...engine, preview: look, apply: apply ?? engine.apply };
    };
    return deploy(target, { engine: make, secrets, lock: unlocked, restores: unrestored, agree: undefined, tell });
  };
}

test("X10: Ctrl-C while a deploy only looks ends it with 11, and says that nothing was changed", async () => {
  const { exit, exited, events } = await ran(deploying(undefined, ctrlC));
  expect({ exit, exited }).toEqual({ exit: undefined, exited: [11] });
  expect(events).toMatchObject([{ type: "outcome", outcome: "aborted", exit: 11, because: "stopped before anything was changed" }]);
});

test("X10: Ctrl-C once AWS was told of a stack ends with 11, says that AWS goes on, and nothing is told after that", async () => {
  const { exited, events } = await ran(async (tell) => {
    const apply = async (): Promise<never> => {
      tell({ type: "stack", stack: "shop-test-euw1-base", is: "started" });
      ctrlC();
      setImmediate(() => tell({ type: "stack", stack: "shop-test-euw1-base", is: "done" }));
      return never;
    };
    return deploying(apply)(tell);
  });
  expect(exited).toEqual([11]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events.at(-1)).toMatchObject({
    type: "outcome",
    outcome: "aborted",
    because: expect.stringMatching(/^nobody watches any more; AWS goes on/),
  });
});

test("X10: Ctrl-C after a deploy has ended changes nothing about how it ended", async () => {
  const { exit, exited, events } = await ran(deploying(undefined), (line) => {
    if (line.startsWith('{"type":"outcome"')) ctrlC();
  });
  expect({ exit, exited }).toEqual({ exit: 0, exited: [] });
  expect(events.at(-1)).toMatchObject({ type: "outcome", outcome: "deployed", exit: 0 });
});

test("X10: nor after it has failed, and what failed once AWS was at work is not blocked", async () => {
  const failing = async (tell: (told: AwsTold) => void) => {
    tell({ type: "stack", stack: "shop-test-euw1-base", is: "started" });
    const { UserError } = await import("../../lib/base/errors.ts");
    throw new UserError("engine/failed", "no", "run it again");
  };
  const { exit, exited, events } = await ran(failing, (line) => {
    if (line.startsWith('{"type":"outcome"')) ctrlC();
  });
  expect({ exit, exited }).toEqual({ exit: 12, exited: [] });
  expect(events.at(-1)).toMatchObject({ type: "outcome", outcome: "failed", exit: 12 });
});

test("X10: in the live view a note that was told before AWS was at work is shown once", async () => {
  const shown: string[] = [];
  const write = (chunk: unknown, ...rest: unknown[]) => {
    shown.push(String(chunk));
    for (const done of rest) if (typeof done === "function") done();
    return true;
  };
  const spies = [vi.spyOn(process.stderr, "write").mockImplementation(write), vi.spyOn(process.stdout, "write").mockImplementation(write)];
  const settings: readonly (readonly [object, string, unknown])[] = [
    [process.stderr, "isTTY", true],
    [process.env, "CI", ""],
    [process.env, "TERM", "xterm"],
  ];
  const before = settings.map(([of, name]) => Object.getOwnPropertyDescriptor(of, name));
  for (const [of, name, value] of settings)
    Object.defineProperty(of, name, { value, configurable: true, enumerable: true, writable: true });
  onTestFinished(() => {
    settings.forEach(([of, name], at) => {
      const old = before[at];
      if (old) Object.defineProperty(of, name, old);
      else Reflect.deleteProperty(of, name);
    });
    for (const spy of spies) spy.mockRestore();
  });
  await runOnAws({ environment: "test", json: false, next: "" }, async (tell) => {
    tell({ type: "note", text: "the first note" });
    tell({ type: "stack", stack: "shop", is: "started" });
    tell({ type: "note", text: "the second note" });
    tell({ type: "stack", stack: "shop", is: "done" });
    return { outcome: "deployed", because: "done", map: "", kept: [] };
  });
  const text = stripVTControlCharacters(shown.join(""));
  expect(text.match(/the first note/g)).toHaveLength(1);
  expect(text).toContain("the second note");
  expect(text).toContain("✔ shop");
});
