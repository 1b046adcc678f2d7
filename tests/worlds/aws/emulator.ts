import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";

/** An emulator of AWS that nobody here wrote, with all of its state in one process. */
export interface Emulator {
  readonly url: string;
  /** Forgets everything that was made. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

interface Kind {
  readonly program: string;
  /** Names the program where it is not on PATH. */
  readonly variable: string;
  readonly args: (port: string) => readonly string[];
  readonly env: (port: string) => Readonly<Record<string, string>>;
  readonly health: string;
  readonly reset: string;
}

const kinds = {
  moto: {
    program: "moto_server",
    variable: "SLUICE_MOTO",
    args: (port) => ["-H", "127.0.0.1", "-p", port],
    env: () => ({}),
    health: "/moto-api/",
    reset: "/moto-api/reset",
  },
  ministack: {
    program: "ministack",
    variable: "SLUICE_MINISTACK",
    args: () => [],
    env: (port) => ({ BIND_HOST: "127.0.0.1", GATEWAY_PORT: port }),
    health: "/_ministack/health",
    reset: "/_ministack/reset",
  },
} as const satisfies Readonly<Record<string, Kind>>;

type EmulatorName = keyof typeof kinds;

const programOf = ({ program, variable }: Kind): string => process.env[variable] ?? program;

/** Why an emulator cannot be used, or undefined. */
export function whyNo(name: EmulatorName): string | undefined {
  const kind = kinds[name];
  const found = spawnSync(programOf(kind), ["--help"], { stdio: "ignore" });
  return found.status === 0 ? undefined : `${kind.program} is neither on PATH nor named by ${kind.variable}`;
}

export async function emulator(name: EmulatorName): Promise<Emulator> {
  const kind: Kind = kinds[name];
  const port = String(await freePort());
  const child = spawn(programOf(kind), kind.args(port), { stdio: "ignore", env: { ...process.env, ...kind.env(port) } });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await answers(url + kind.health))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`${kind.program} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    reset: async () => {
      await fetch(url + kind.reset, { method: "POST" });
    },
    close: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
