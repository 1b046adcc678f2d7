import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Event } from "../base/events.ts";
import { instant } from "../base/time.ts";
import { moduleBeside } from "../worlds/local/background.ts";
import type { OutcomeEvent, RehearseOptions, Signals, Tell } from "./views.ts";

/** How one run of our own command line ended. */
export interface Ended {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outcome: OutcomeEvent | undefined;
}

/** Tells a rehearsal that somebody watches it and will start another one if it kills itself. */
const supervised = { ...process.env, SLUICE_SUPERVISED: "1" };

/** Runs `sluice rehearse` as a process of its own, and passes its events on. */
export async function rehearseApart(
  options: RehearseOptions,
  tell: Tell,
  signals: Signals,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  const program = moduleBeside(import.meta.url, "../../bin/sluice").pathname;
  const child = spawn(process.execPath, [...process.execArgv, program, "rehearse", "--json", ...argumentsOf(options)], {
    cwd: options.cwd,
    // In a group of its own, so that a terminal's Ctrl-C reaches it once, through us.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  const interrupt = () => void child.kill("SIGINT");
  for (const signal of [signals.stop, signals.kill]) {
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
  }
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once("close", (code, signal) => resolve([code, signal])),
  );
  let outcome: OutcomeEvent | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    // Our own program's lines: one event each.
    const event: Event = JSON.parse(line);
    if (event.type === "outcome") outcome = event;
    tell(event);
  }
  const [exit, signal] = await ended;
  for (const one of [signals.stop, signals.kill]) one.removeEventListener("abort", interrupt);
  return { exit, signal, outcome };
}

/** The options as arguments; the inverse of what the command line reads. */
function argumentsOf(options: RehearseOptions): string[] {
  const { source, from, to, start, health, rate, speed, faults, approve, keep, port, config } = options;
  const valued = { from, to, start, health, rate, speed, port, config };
  return [
    ...Object.entries(valued).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...faults.map((fault) => `--fault=${fault}`),
    ...(approve ? ["--approve"] : []),
    ...(keep ? ["--keep"] : []),
    ...(source === undefined ? [] : ["--", source]),
  ];
}

/**
 * A rehearsal whose controller is to die: it runs as a process of its own, which kills itself, and a second one goes on from the ledger.
 * Everything that both told is one stream of events.
 */
export async function supervise(options: RehearseOptions, tell: Tell, signals: Signals): Promise<OutcomeEvent> {
  const first = await rehearseApart(options, tell, signals, supervised);
  if (first.outcome) return first.outcome;
  if (first.signal !== "SIGKILL") throw new Error(`the rehearsal ended with ${first.signal ?? first.exit} and no outcome`);
  tell({
    type: "fault",
    at: instant(Date.now()),
    fault: "controller-dies",
    text: "the controller was killed; another goes on from the ledger",
  });
  const faults = options.faults.filter((fault) => !fault.startsWith("controller-dies"));
  const second = await rehearseApart({ ...options, faults }, tell, signals, supervised);
  if (!second.outcome) throw new Error(`the second controller ended with ${second.signal ?? second.exit} and no outcome`);
  return second.outcome;
}
