import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Event } from "../../lib/base/events.ts";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));

/** Our command line as a process of its own. */
export interface Child {
  readonly pid: number;
  /** What it told so far, of stdout in JSON lines. */
  events(): readonly Event[];
  /** Its events of one type. */
  all<Type extends Event["type"]>(type: Type): readonly Extract<Event, { type: Type }>[];
  stdout(): string;
  stderr(): string;
  /** Undefined while it runs. */
  exit(): number | NodeJS.Signals | undefined;
  signal(name: NodeJS.Signals): void;
  /** Resolves when an event of this type came that fits. Fails when the process ends first. */
  until<Type extends Event["type"]>(type: Type, fits?: (event: Extract<Event, { type: Type }>) => boolean): Promise<void>;
  /** Resolves with itself when it has ended and everything it said was read. */
  readonly ended: Promise<Child>;
}

export interface How {
  readonly cwd: string;
  readonly tmp: string;
  /** Runs it as this user. */
  readonly uid?: number;
  /** Runs this shell command, in which `"$@"` is our command line. */
  readonly shell?: string;
  /** What it finds in its environment beside what every one does. */
  readonly env?: Readonly<Record<string, string>>;
}

export function startSluice(args: readonly string[], { cwd, tmp, uid, shell, env = {} }: How): Child {
  const line = [process.execPath, "--disable-warning=ExperimentalWarning", program, ...args];
  const [command = "", ...rest] = shell === undefined ? line : ["/bin/sh", "-c", shell, "sh", ...line];
  const child = spawn(command, rest, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: tmp, TMPDIR: tmp, NO_COLOR: "1", ...env },
  });
  const said = { stdout: "", stderr: "" };
  let exit: number | NodeJS.Signals | undefined;
  const looks = new Set<() => void>();
  const look = () => {
    for (const one of looks) one();
  };
  child.stdout.on("data", (chunk) => {
    said.stdout += String(chunk);
    look();
  });
  child.stderr.on("data", (chunk) => {
    said.stderr += String(chunk);
  });
  const events = (): readonly Event[] =>
    said.stdout
      .split("\n")
      .slice(0, -1)
      .filter((text) => text.startsWith("{"))
      .map((text) => JSON.parse(text));
  const all: Child["all"] = (type) => events().filter((event): event is Extract<Event, { type: typeof type }> => event.type === type);
  const self: Child = {
    pid: child.pid ?? 0,
    events,
    all,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    exit: () => exit,
    signal: (name) => void child.kill(name),
    until: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const one = () => {
          const found = all(type).some(fits);
          if (!found && exit === undefined) return;
          looks.delete(one);
          if (found) resolve();
          else reject(new Error(`it ended with ${exit} before any ${type} that fits:\n${said.stdout.slice(-3_000)}\n${said.stderr}`));
        };
        looks.add(one);
        one();
      }),
    ended: new Promise((resolve) =>
      child.once("close", (code, signal) => {
        exit = code ?? signal ?? undefined;
        look();
        resolve(self);
      }),
    ),
  };
  return self;
}
