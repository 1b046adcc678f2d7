/** What the comparison gate costs in needless aborts, and how soon it catches a candidate that fails three times as often. */
import { otherSlot } from "../lib/base/outcome.ts";
import { duration } from "../lib/base/time.ts";
import type { Holder } from "../lib/ports/ledger.ts";
import { newController, record, run, take } from "../lib/release/controller.ts";
import { factOf } from "../lib/release/facts.ts";
import { planRelease, type SealedPlan, seal } from "../lib/release/plan.ts";
import { calm, sound } from "../lib/worlds/simulated/script.ts";
import { type SimulatedWorld, simulatedWorld } from "../lib/worlds/simulated/world.ts";
import type { Row } from "./row.ts";

const releases = 1_000;
const tripled = 300;
const rate = 200;
const failureRate = 0.01;
/** For the whole release: what two windows of half a per cent each came to. */
const falseAborts = 0.01;
const bake = duration(20_000);
const holder: Holder = { name: "bench", host: "here", pid: 1, started: "1" };
const kinds = [{ method: "GET", path: "/", share: 1 }];
const artifact = (digest: string) => ({ digest, version: digest, file: `${digest}.tar`, start: "" });

const sealed: SealedPlan = seal(
  planRelease({
    release: "r-1",
    environment: "bench",
    live: { slot: "blue", artifact: artifact("live"), count: 2 },
    candidate: { artifact: artifact("candidate"), count: 2 },
    gates: [{ kind: "compare", falseAborts }],
    checks: [],
    reading: { every: duration(1_000), minRequests: 50, dataLimit: duration(60_000), topUp: true },
    kinds,
    rollout: {
      weights: [10, 50, 100],
      bake,
      finalBake: duration(0),
      keepWarm: duration(0),
      approval: false,
      startWithin: duration(30_000),
    },
  }),
);

/** What one simulated release came to. */
interface Result {
  readonly aborted: boolean;
  /** Requests that the candidate got from its first share of the traffic until the end. */
  readonly candidateRequests: number;
}

async function release(candidateFails: number, seed: number): Promise<Result> {
  const { live, candidate } = sealed.plan;
  const behaviour = (share: number) => ({ ...sound, startsWithin: duration(0), latency: () => 10, failureRate: () => share });
  const versions = new Map([
    [live.artifact.digest, behaviour(failureRate)],
    [candidate.artifact.digest, behaviour(candidateFails)],
  ]);
  const world = simulatedWorld(otherSlot(live.slot), { ...calm, versions }, seed);
  await world.fleet.start(live.slot, live.artifact, live.count);
  await world.traffic.send(rate, kinds);
  const controller = newController(world, holder, () => {});
  await take({ ...controller, ledger: world.ledger, clock: world.clock }, () => sealed.plan.release);
  await record(world.ledger, "planned", sealed, { release: sealed.plan.release, at: world.clock.now(), holder });
  const { ended } = await run(controller, { signal: () => new AbortController().signal });
  return { aborted: ended?.outcome !== "released", candidateRequests: await requestsOf(world) };
}

async function requestsOf({ ledger, meter, clock }: SimulatedWorld): Promise<number> {
  const facts = (await ledger.read()).map(factOf);
  const first = facts.find(({ kind, step }) => kind === "done" && step === "shift-10");
  if (!first) return 0;
  return (await meter.read({ from: first.at, to: clock.now() }))[sealed.plan.candidate.slot].requests;
}

async function many(count: number, candidateFails: number): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let seed = 1; seed <= count; seed += 1) results.push(await release(candidateFails, seed));
  return results;
}

const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

/** Takes up to a minute. */
export async function gatesBench(): Promise<Row[]> {
  const alike = await many(releases, failureRate);
  const aborted = alike.filter((result) => result.aborted).length;
  const worse = await many(tripled, 3 * failureRate);
  const caught = worse.filter((result) => result.aborted).map(({ candidateRequests }) => candidateRequests);
  const sorted = caught.sort((a, b) => a - b);
  const quantile = (of: number) => sorted[Math.floor(of * sorted.length)] ?? Number.POSITIVE_INFINITY;
  return [
    {
      what: `false aborts over ${releases} releases of identical versions (stated: 1 %; 1 % errors, ${rate} requests/s, bakes of 20 s)`,
      measured: `${aborted} (${share(aborted, releases)})`,
      target: "≤ 1 %",
      ok: aborted <= releases / 100,
    },
    {
      what: `a candidate with three times the errors (3 % against 1 %) is caught, of ${tripled} releases`,
      measured: share(caught.length, tripled),
      target: "≥ 95 %",
      ok: caught.length >= 0.95 * tripled,
    },
    {
      what: "requests of that candidate until it is caught: median, 95th percentile",
      measured: `${quantile(0.5)}, ${quantile(0.95)}`,
      target: "≤ 1500, ≤ 3000",
      ok: quantile(0.5) <= 1_500 && quantile(0.95) <= 3_000,
    },
  ];
}

if (import.meta.main) console.table(await gatesBench());
