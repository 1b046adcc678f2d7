/** The data plane: a process that carries the traffic, and lives on when the controller dies. Its argument is the state folder. */
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type Slot, slots, weight } from "../../../base/outcome.ts";
import { announce, forget, socketFolder } from "../background.ts";
import { type Handlers, serveControl } from "../control.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { type Cells, openCells } from "./cells.ts";
import { fencing } from "./fencing.ts";
import { type Jobs, openJobs } from "./jobs.ts";
import { openSlot, type SlotFleet } from "./slots.ts";
import { openState, planeFiles, readState, type StateFile } from "./state.ts";
import { sweep } from "./sweep.ts";
import type { Changes, PlaneVerbs } from "./verbs.ts";

/** How long requests wait for the apps of a plane that came back, before they are refused. */
const openWithin = 5_000;
const lookEvery = 10;
const noShare = weight(0);

interface Plane {
  readonly files: ReturnType<typeof planeFiles>;
  readonly state: StateFile;
  readonly balancer: Balancer;
  readonly cells: Cells;
  readonly fleets: Readonly<Record<Slot, SlotFleet>>;
  readonly jobs: Jobs;
}

async function open(folder: string): Promise<Plane> {
  const files = planeFiles(folder);
  const before = readState(files.state);
  if (!before) throw new Error(`no plane was set up in ${folder}`);
  await sweep(before.processes);
  const cells = await openCells(files.meter);
  const balancer = await startBalancer(before.ports, before.weights, cells.record);
  const state = openState(files.state, { ...before, ports: balancer.ports, processes: [] });
  removeStale(files, state);
  await state.change({});
  return { files, state, balancer, cells, fleets: openFleets(files, state, balancer), jobs: openJobs(files, state) };
}

/** Keeps the unpacked artifacts of what is to run, and nothing half-written. */
function removeStale({ root, slots: folder }: Plane["files"], state: StateFile): void {
  for (const name of readdirSync(root)) if (name.endsWith(".next")) rmSync(path.join(root, name));
  const wanted = slots.map((slot) => `${slot}-${state.now.slots[slot]?.artifact.digest.slice(0, 12)}`);
  for (const name of readdirSync(folder)) if (!wanted.includes(name)) rmSync(path.join(folder, name), { recursive: true, force: true });
}

function openFleets(files: Plane["files"], state: StateFile, balancer: Balancer): Plane["fleets"] {
  const changed = () => void state.change({ processes: slots.flatMap((slot) => fleets[slot].guarded()) });
  const fleet = (slot: Slot) =>
    openSlot({
      slot,
      slotsFolder: files.slots,
      logsFolder: files.logs,
      settings: state.now.settings,
      balancer,
      changed,
      want: (wanted) => void state.change({ slots: { ...state.now.slots, [slot]: wanted } }),
    });
  const fleets = { blue: fleet("blue"), green: fleet("green") };
  return fleets;
}

/** Starts again what ran before, and lets requests in once every slot that has traffic can answer. */
async function restore({ state, balancer, fleets }: Plane): Promise<void> {
  const before = slots.flatMap((slot) => (state.now.slots[slot] ? [{ slot, ...state.now.slots[slot] }] : []));
  for (const { slot, artifact, count } of before) fleets[slot].start(artifact, count);
  const until = performance.now() + openWithin;
  const waits = () =>
    before.some(({ slot }) => balancer.weights()[slot] > 0 && !fleets[slot].status().instances.some((one) => one.health === "healthy"));
  while (waits() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, lookEvery));
  balancer.open();
}

function verbs({ state, balancer, cells, fleets, jobs }: Plane, end: () => void): Handlers<PlaneVerbs> {
  const give: Handlers<Changes>["give"] = async ({ slot, share }) => {
    balancer.give(slot, share);
    await state.change({ weights: balancer.weights() });
    return null;
  };
  const changes: Handlers<Changes> = {
    start: ({ slot, artifact, count }) => fleets[slot].start(artifact, count),
    async stop({ slot }) {
      if (balancer.weights()[slot] > 0) await give({ slot, share: noShare });
      return fleets[slot].stop();
    },
    run: (order) => jobs.run(order),
    give,
    end() {
      setImmediate(end);
      return null;
    },
  };
  return {
    ...fencing(state, changes),
    ports: () => balancer.ports,
    status: ({ slot }) => fleets[slot].status(),
    weights: () => balancer.weights(),
    read: (window) => cells.read(window),
    processes: () => slots.flatMap((slot) => fleets[slot].running()),
  };
}

async function run(folder: string): Promise<void> {
  const plane = await open(folder);
  const { files, state, balancer, cells, fleets } = plane;
  const socket = path.join(socketFolder(), "plane");
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    const wanted = state.now.slots;
    balancer.close();
    await Promise.all(slots.map((slot) => fleets[slot].end()));
    cells.stop();
    // What was to run is kept: after a lease that ran out the same plane can be started again.
    await state.change({ slots: wanted, processes: [] });
    forget(files.process, socket);
    process.exit(0);
  };
  const lease = setTimeout(() => void end(), state.now.settings.lease);
  process.on("SIGTERM", () => void end());
  process.on("SIGINT", () => void end());
  await serveControl<PlaneVerbs>(
    socket,
    verbs(plane, () => void end()),
    () => lease.refresh(),
  );
  await announce(files.process, socket);
  await restore(plane);
}

await run(process.argv[2] ?? "");
