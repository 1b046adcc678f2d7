import { deploy } from "../../../lib/actions/deploy.ts";
import type { MakeEngine } from "../../../lib/actions/engines.ts";
import { plannedLedger } from "../../../lib/actions/kept-map.ts";
import { lockReleases, withTable } from "../../../lib/actions/ledger-of.ts";
import { duration, systemClock } from "../../../lib/base/time.ts";
import type { Config } from "../../../lib/config/config.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Plan, Resource, Type } from "../../../lib/plan/template.ts";
import type { Ledger } from "../../../lib/ports/ledger.ts";
import { letGo, record, take } from "../../../lib/release/controller.ts";
import { foldLedger, isDeploy } from "../../../lib/release/state.ts";
import { holder } from "../../release/scenario.ts";
import { systemB } from "../../worlds/aws/environment.ts";
import { sealedFor } from "../../worlds/aws/sealed.ts";
import { archive } from "../../worlds/aws/systems.ts";
import { memorySecrets, unrestored } from "../aws-target.ts";
import { wayOfCallers } from "./way-of-callers.ts";

/** Where the environment of these tests is. */
export const [account, region] = ["111122223333", "us-east-1"];

/** What of a plan holds the weights, and another property of it with another value. */
interface Weighted {
  readonly type: Type;
  readonly ids: readonly string[];
  readonly changed: object;
  /** What Pulumi calls that property. */
  readonly argument: string;
}

export const weighted = {
  listener: { type: "AWS::ElasticLoadBalancingV2::ListenerRule", ids: ["EntrySplit"], changed: { Priority: 40_000 }, argument: "priority" },
  dns: {
    type: "AWS::Route53::RecordSet",
    ids: ["EntryBlueRecord", "EntryBlueRecordIpv6", "EntryGreenRecord", "EntryGreenRecordIpv6"],
    changed: { AliasTarget: { DNSName: "moved.example.com", HostedZoneId: "ZBALANCER", EvaluateTargetHealth: true } },
    argument: "aliases",
  },
} as const satisfies Readonly<Record<Config["rollout"]["router"], Weighted>>;

/** The same plan with other properties of some of its resources. */
export const changing = (plan: Plan, properties: object, which: (one: Resource) => boolean): Plan => ({
  ...plan,
  stacks: plan.stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.map((one) => (which(one) ? { ...one, properties: { ...one.properties, ...properties } } : one)),
  })),
});

/** System B in development, as far as its callers go through it, with an engine that deploys it by `sluice deploy` and a ledger on AWS. */
export function environmentBy(router: Config["rollout"]["router"], folder: string, certificate: string) {
  const b = systemB(router);
  const config = { ...b, environments: b.environments.map((one) => ({ ...one, certificate })) };
  const plan = wayOfCallers(buildPlan(config, "development"));
  const { ids, changed } = weighted[router];
  const place = plannedLedger(plan);
  if (!place) throw new Error("the plan has no ledger");
  const inLedger = <T>(use: (ledger: Ledger) => Promise<T>) => withTable(place, use, async () => false);
  const by = { clock: systemClock, holder: holder(1), lease: duration(600_000) };
  const written = <T>(write: (ledger: Ledger, where: Parameters<typeof record>[3]) => Promise<T>) =>
    inLedger((ledger) => write(ledger, { release: "r-1", at: systemClock.now(), holder: by.holder }));
  return {
    config,
    plan,
    table: place.stacks[0]?.outputs.LedgerTable ?? "",
    /** Nothing that a release moves is in it. */
    besides: changing(plan, { SslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06" }, ({ type }) => type.endsWith("::Listener")),
    /** What holds the weights is changed, and the weights are not. */
    beside: changing(plan, changed, ({ id }) => ids.some((one) => one === id)),
    deploy: (engine: MakeEngine, what: Plan) =>
      deploy(
        { folder, config, plan: what, only: {} },
        { engine, secrets: async () => memorySecrets(), lock: lockReleases, restores: unrestored, agree: undefined, tell: () => {} },
      ),
    begin: () =>
      written((ledger, where) => {
        const [live, candidate] = [archive("1"), archive("2")].map((artifact) => ({ artifact, count: 2 }));
        if (!live || !candidate) throw new Error("two versions");
        return record(ledger, "planned", sealedFor("r-1", { ...live, slot: "blue" }, candidate), where);
      }),
    hold: () => inLedger((ledger) => take({ ...by, ledger }, () => "r-1")),
    letGo: () => inLedger((ledger) => letGo({ ...by, ledger }, "r-1")),
    end: () =>
      written((ledger, where) => record(ledger, "ended", { outcome: "released", because: "all went well", undid: [], left: [] }, where)),
    /** Who held the lock of releases, in order, and who holds it. */
    locks: () =>
      inLedger(async (ledger) => {
        const entries = await ledger.read();
        const held = entries.filter(({ kind }) => kind === "held").map(({ release }) => (isDeploy(release) ? "a deploy" : release));
        return { held: [...new Set(held)], now: foldLedger(entries).held?.release };
      }),
  };
}
