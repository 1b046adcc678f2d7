import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Pool } from "undici";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { instant } from "../../../lib/base/time.ts";
import { localFleet } from "../../../lib/worlds/local/fleet.ts";
import { localJob } from "../../../lib/worlds/local/job.ts";
import { localMeter } from "../../../lib/worlds/local/meter.ts";
import { type Plane, startPlane } from "../../../lib/worlds/local/plane-process.ts";
import { localRouter } from "../../../lib/worlds/local/router.ts";
import { fleetContract } from "../../contracts/fleet.ts";
import { jobContract } from "../../contracts/job.ts";
import { meterContract } from "../../contracts/meter.ts";
import { routerContract } from "../../contracts/router.ts";
import { type Ground, held, newGround, packServer, settings } from "./apps.ts";
import { until } from "./until.ts";

const untilSo = (so: () => Promise<boolean>) => until("the contract's condition", so).then(() => undefined);

async function withBothSlots(): Promise<{ ground: Ground; plane: Plane }> {
  const ground = newGround();
  const plane = await startPlane(ground.state, settings);
  const fleet = localFleet(held(plane));
  for (const slot of slots) {
    const artifact = await packServer(ground, `version-${slot}`);
    await untilSo(async () => (await fleet.start(slot, artifact, 1)).is === "done");
  }
  return { ground, plane };
}

async function get(url: string): Promise<{ slot: string; status: number }> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return { slot: response.headers.get("x-sluice-slot") ?? "", status: response.status };
}

fleetContract("local", async () => {
  const ground = newGround();
  const plane = await startPlane(ground.state, settings);
  return {
    fleet: localFleet(held(plane)),
    first: await packServer(ground, "first"),
    second: await packServer(ground, "second"),
    broken: await ground.pack("broken", "echo no luck; exit 1", {}),
    until: untilSo,
    close: ground.clear,
  };
});

routerContract("local", async () => {
  const { ground, plane } = await withBothSlots();
  return {
    router: (candidate) => localRouter(held(plane), candidate),
    async ask(count) {
      const answered: Record<Slot, number> = { blue: 0, green: 0 };
      const pool = new Pool(plane.url, { connections: 8 });
      const one = async () => {
        const { headers, body } = await pool.request({ path: "/", method: "GET" });
        await body.dump();
        answered[headers["x-sluice-slot"] as Slot]++;
      };
      await Promise.all(Array.from({ length: count }, one));
      await pool.close();
      return answered;
    },
    who: get,
    until: untilSo,
    close: ground.clear,
  };
});

meterContract("local", async () => {
  const { ground, plane } = await withBothSlots();
  const meter = localMeter(held(plane));
  return {
    meter,
    async ask(group, count, status, milliseconds) {
      const path = status === 500 ? "/fail" : `/slow?${milliseconds}`;
      for (let sent = 0; sent < count; sent++) await get(`${plane.addresses[group]}${path}`);
    },
    settle: () => {
      const next = (Math.floor(Date.now() / meter.delay) + 1) * meter.delay;
      return until("the next cell", () => Date.now() >= next && instant(next));
    },
    setAlarm: undefined,
    close: ground.clear,
  };
});

jobContract("local", async () => {
  const ground = newGround();
  const effects = path.join(ground.state, "effects");
  const plane = await startPlane(ground.state, { ...settings, env: { EFFECTS: effects } });
  const commands = { passes: "node effect.js passes", fails: "node effect.js fails; exit 3", hangs: "sleep 60" };
  return {
    job: () => localJob(held(plane)),
    artifact: await ground.pack("migrates", "node effect.js", {
      "effect.js": 'require("node:fs").appendFileSync(process.env.EFFECTS, process.argv[2] + "\\n");',
    }),
    commands,
    ran: (command) =>
      (existsSync(effects) ? readFileSync(effects, "utf8") : "").split("\n").filter((one) => one !== "" && command.includes(one)).length,
    pass: () => new Promise((resolve) => setTimeout(resolve, 50)),
    close: ground.clear,
  };
});
