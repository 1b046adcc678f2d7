import { type AddressInfo, createServer } from "node:net";
import type { Slot } from "../../../base/outcome.ts";
import { inheritedEnvironment } from "../../../machine/environment.ts";
import { type Guarded as Command, type GuardOrder, startGuarded } from "../../../machine/guarded.ts";
import type { ProcessId } from "../../../machine/processes.ts";
import type { Artifact } from "../../../ports/artifact.ts";
import type { Instance, InstanceHealth } from "../../../ports/fleet.ts";
import type { Balancer } from "./balancer.ts";
import { type Answer, isHealthy, watchHealth } from "./health.ts";
import { portsOfGroup } from "./listening.ts";
import type { Target } from "./pick.ts";
import type { Guarded, PlaneSettings } from "./state.ts";
import { endOfLog, type Trouble, whyNotUp } from "./trouble.ts";
import type { RunningCopy } from "./verbs.ts";

/** One copy of an artifact that is kept running. */
export interface Copy {
  status(): Instance;
  /** The process and port, while there is one. */
  running(): RunningCopy | undefined;
  guarded(): Guarded | undefined;
  /** Why it cannot become healthy, or not stay so until its whole fleet is, once that is certain. */
  failure(fleetWasUp: boolean): Trouble | undefined;
  /** Why it is not healthy now. */
  trouble(): Trouble | undefined;
  /** Lets its requests end, then its processes. */
  end(): Promise<void>;
}

interface CopyOrder {
  readonly slot: Slot;
  readonly number: number;
  readonly artifact: Artifact;
  readonly folder: string;
  readonly log: string;
  readonly settings: PlaneSettings;
  readonly balancer: Balancer;
  /** A process was started or ended. */
  readonly changed: () => void;
}

/** One life of a copy: it may have several. */
interface Run {
  readonly command: Command;
  readonly port: number;
  app: ProcessId | undefined;
  target: Target | undefined;
  answer: Answer | undefined;
  badInARow: number;
  readonly stopWatching: () => void;
  readonly ended: Promise<number>;
}

/** How a life ended. */
interface Exit {
  readonly code: number;
  readonly port: number;
}

const exitsBeforeGivingUp = 3;
const badBeforeUnhealthy = 2;
const firstBackOff = 100;
const longestBackOff = 5_000;
/** The shell's codes for "cannot execute" and "not found": another try ends the same way. */
const hopeless = new Set([126, 127]);

/** Starts a copy, and starts it again on a new port whenever it exits. */
export function runCopy(order: CopyOrder): Copy {
  const id = `${order.slot}-${order.number}`;
  const began = performance.now();
  let run: Run | undefined;
  let exits = 0;
  let lastExit: Exit | undefined;
  let everHealthy = false;
  let ending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const gaveUp = () => !everHealthy && lastExit !== undefined && !run && (exits >= exitsBeforeGivingUp || hopeless.has(lastExit.code));

  const begin = async () => {
    const port = await freePort();
    if (ending) return;
    run = startRun(order, port, (started) => {
      everHealthy ||= started.target?.healthy === true;
    });
    order.changed();
    const code = await run.ended;
    exits++;
    lastExit = { code, port };
    const { target } = run;
    run = undefined;
    order.changed();
    if (target && !ending) void order.balancer.retire(target, 1_000);
    if (ending || gaveUp()) return;
    timer = setTimeout(() => void begin(), Math.min(longestBackOff, firstBackOff * 2 ** Math.min(exits - 1, 10)));
  };
  void begin();

  const health = (): InstanceHealth => {
    if (!run) return exits > 0 ? "exited" : "starting";
    if (run.target) return run.target.healthy ? "healthy" : "unhealthy";
    return "starting";
  };
  const trouble = () => (run?.target?.healthy ? undefined : troubleOf(order, run, lastExit));
  return {
    status: () => ({ id, health: health(), restarts: Math.max(0, exits - (run ? 0 : 1)) }),
    running: () => run?.app && { slot: order.slot, id, pid: run.app.pid, port: run.port, health: health(), log: order.log },
    guarded: () => run && { guard: run.command.guard, ...(run.app ? { app: run.app } : {}) },
    failure(fleetWasUp) {
      const crashes = !fleetWasUp && exits >= exitsBeforeGivingUp;
      const late = !(everHealthy && fleetWasUp) && performance.now() - began > order.settings.health.startWithin;
      return gaveUp() || crashes || late ? trouble() : undefined;
    },
    trouble,
    end() {
      clearTimeout(timer);
      ending ??= run ? endRun(run, order) : Promise.resolve();
      return ending;
    },
  };
}

/** Why a copy that is not healthy is not; undefined before its first process has been asked or has ended. */
function troubleOf({ artifact, settings, log }: CopyOrder, run: Run | undefined, lastExit: Exit | undefined): Trouble | undefined {
  if (!run && !lastExit) return undefined;
  return whyNotUp({
    start: artifact.start,
    port: run?.port ?? lastExit?.port ?? 0,
    health: settings.health,
    // A new try that has not answered yet says less than how the last one ended.
    exit: run?.answer && run.answer.is !== "no-connection" ? undefined : lastExit?.code,
    answer: run?.answer,
    listens: run?.app ? portsOfGroup(run.app.pid) : [],
    log: endOfLog(log),
  });
}

function startRun(order: CopyOrder, port: number, tell: (run: Run) => void): Run {
  const command = startGuarded(guardOrder(order, port), order.log);
  const over = (code: number) => {
    run.stopWatching();
    if (run.target) run.target.healthy = false;
    return code;
  };
  const run: Run = {
    command,
    port,
    app: undefined,
    target: undefined,
    answer: undefined,
    badInARow: 0,
    stopWatching: watchHealth(port, order.settings.health, (answer, host) => {
      hear(order, run, answer, host);
      tell(run);
    }),
    ended: command.ended.then(over, () => over(126)),
  };
  void command.command.then((app) => {
    run.app = app;
    order.changed();
  });
  return run;
}

function guardOrder({ artifact, folder, settings }: CopyOrder, port: number): GuardOrder {
  const env = { ...inheritedEnvironment(), ...settings.env };
  const [program, ...args] = [...(artifact.through ?? []), "/bin/sh", "-c", artifact.start];
  return {
    command: program ?? "/bin/sh",
    args,
    cwd: folder,
    env: { ...env, PATH: `${folder}/node_modules/.bin:${env.PATH ?? ""}`, PORT: String(port) },
    grace: settings.grace,
    channels: false,
  };
}

/** Healthy after one good answer, unhealthy after two bad ones. */
function hear(order: CopyOrder, run: Run, answer: Answer, host: string): void {
  run.answer = answer;
  run.badInARow = isHealthy(answer) ? 0 : run.badInARow + 1;
  if (run.badInARow === 0) {
    run.target ??= order.balancer.add(order.slot, host, run.port);
    run.target.healthy = true;
  } else if (run.target && run.badInARow >= badBeforeUnhealthy) run.target.healthy = false;
}

async function endRun(run: Run, order: CopyOrder): Promise<void> {
  const { grace } = order.settings;
  if (run.target) await order.balancer.retire(run.target, grace);
  run.stopWatching();
  run.command.end();
  await run.ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
