import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { errorNumber, UserError } from "../../base/errors.ts";
import { inheritedEnvironment } from "../../machine/environment.ts";
import { isAlive, type ProcessId, signal } from "../../machine/processes.ts";
import { writeWhole } from "../../machine/whole-file.ts";
import type { MeterGroup } from "../../ports/meter.ts";
import { type Background, findBackground, forgetDead, moduleBeside, startBackground } from "./background.ts";
import { type Call, controlClient, Unreachable } from "./control.ts";
import { holderOfPort } from "./plane/listening.ts";
import { freshState, type PlaneSettings, type PlaneState, planeFiles, readState } from "./plane/state.ts";
import { sweep } from "./plane/sweep.ts";
import type { PlaneVerbs, RunningCopy } from "./plane/verbs.ts";

/** A data plane that runs, seen from a controller. */
export interface Plane {
  /** Base URL of the router. */
  readonly url: string;
  /** Base URLs that reach one slot only, or what is known to be bad. */
  readonly addresses: Readonly<Record<MeterGroup, string>>;
  readonly process: ProcessId;
  readonly settings: PlaneSettings;
  /** Rejects with `Unreachable` when the plane is dead; `restartPlane` brings it back. */
  readonly call: Call<PlaneVerbs>;
  /** Every copy that runs now. */
  processes(): Promise<readonly RunningCopy[]>;
  /** Ends the plane and everything under it, alive or dead. Resolves once nothing is left. */
  stop(): Promise<void>;
}

/** What ends after a drain, a grace and some: a plane that is not gone by then hangs. */
const patience = 5_000;
const deathThroes = 1_000;
const portPatience = 500;

/**
 * Starts a plane with nothing in its slots and all traffic on blue. `folder` is the state folder of the project, such as
 * `.sluice`; none may run there. Throws `port/taken`, `folder/read-only` or `disk/full`.
 */
export async function startPlane(folder: string, settings: PlaneSettings): Promise<Plane> {
  const { root, slots, state } = planeFiles(folder);
  if (findPlane(folder)) throw new Error(`a plane already runs in ${folder}`);
  try {
    for (const needed of [root, slots]) mkdirSync(needed, { recursive: true, mode: 0o700 });
    const left = readState(state)?.processes ?? [];
    await writeWhole(state, JSON.stringify({ ...freshState(settings), processes: left } satisfies PlaneState));
  } catch (error) {
    throw whyNoFolder(error, folder);
  }
  return launch(folder);
}

/** The plane that runs in this folder. */
export function findPlane(folder: string): Plane | undefined {
  const files = planeFiles(folder);
  const found = findBackground(files.process);
  const state = found && readState(files.state);
  return state && reach(folder, found, state);
}

/** Brings a plane back that was killed, or stopped by itself: same ports, weights, artifacts and numbers. */
export async function restartPlane(folder: string): Promise<Plane> {
  const found = findPlane(folder);
  if (!found) return launch(folder);
  try {
    await found.call("ports", null);
    return found;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  // Its sockets are closed a moment before the process is gone.
  await gone(found.process, deathThroes);
  return launch(folder);
}

async function launch(folder: string): Promise<Plane> {
  const files = planeFiles(folder);
  const state = readState(files.state);
  if (!state) throw new UserError("plane/lost", `no data plane was ever started in ${folder}`, "start a rehearsal first");
  for (const port of Object.values(state.ports)) if (port !== 0) await refuseTaken(port);
  forgetDead(files.process);
  await startBackground(moduleBeside(import.meta.url, "./plane/main"), [folder], files.process, files.log, inheritedEnvironment());
  const plane = findPlane(folder);
  if (!plane) throw new UserError("plane/lost", "the data plane ended right after it started", `see ${files.log}`);
  return plane;
}

function reach(folder: string, background: Background, { ports, settings }: PlaneState): Plane {
  const call = controlClient<PlaneVerbs>(background.socket);
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    url: at(ports.router),
    addresses: { blue: at(ports.blue), green: at(ports.green), "known-bad": at(ports["known-bad"]) },
    process: background.process,
    settings,
    call,
    processes: () => call("processes", null),
    stop: () => stop(folder, background.process, call, settings),
  };
}

async function stop(folder: string, plane: ProcessId, call: Call<PlaneVerbs>, { grace }: PlaneSettings): Promise<void> {
  const files = planeFiles(folder);
  await call("abandon", null).catch((error: unknown) => {
    if (!(error instanceof Unreachable)) throw error;
  });
  await gone(plane, 2 * grace + patience);
  await sweep(readState(files.state)?.processes ?? []);
  forgetDead(files.process);
  for (const gone of [files.state, files.slots]) rmSync(gone, { recursive: true, force: true });
}

/** Resolves once the process is gone; one that is not gone in time hangs, and is killed. */
async function gone(plane: ProcessId, within: number): Promise<void> {
  const until = performance.now() + within;
  while (isAlive(plane)) {
    if (performance.now() > until) signal(plane, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Why a port of 127.0.0.1 cannot be listened on, or undefined if it can. */
function tryPort(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(errorNumber(error) ?? error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}

async function refuseTaken(port: number): Promise<void> {
  // The system frees the ports of a process that was just killed a little later.
  const until = performance.now() + portPatience;
  let code = await tryPort(port);
  while (code === "EADDRINUSE" && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    code = await tryPort(port);
  }
  if (code === undefined) return;
  if (code === "EACCES")
    throw new UserError("port/taken", `port ${port} may not be used by this user`, "choose a port above 1023, or 0 for any");
  const holder = holderOfPort(port);
  throw new UserError(
    "port/taken",
    `port ${port} is in use${holder ? ` by ${holder}` : ""}`,
    "stop what uses it, choose another port, or choose 0 for any free one",
  );
}

function whyNoFolder(error: unknown, folder: string): unknown {
  const code = errorNumber(error);
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return new UserError("folder/read-only", `${folder} cannot be written`, "make it writable, or run from a folder that is");
  if (code === "ENOSPC") return new UserError("disk/full", `the disk of ${folder} has no space left`, "free some space and run it again");
  return error;
}
