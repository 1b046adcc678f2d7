import { DescribeServicesCommand, type ECSClient, type Service } from "@aws-sdk/client-ecs";
import { UserError } from "../../base/errors.ts";
import { type Slot, slots, type Weight } from "../../base/outcome.ts";
import { duration } from "../../base/time.ts";
import type { Running } from "../../ports/driver.ts";
import type { Pending } from "../../ports/step-result.ts";
import { type Callers, callersOf } from "./callers.ts";
import { lookAt } from "./copies.ts";
import { familyIn, type Revisions, revisions } from "./revision.ts";

/** One service of ECS before two target groups, between which AWS itself moves the callers. */
export interface DrivenService extends Omit<Callers, "entryArn"> {
  readonly ecs: ECSClient;
  readonly cluster: string;
  readonly service: string;
  readonly container: string;
  /** The listener of the callers, where the service does not tell by which rule it moves them. */
  readonly listenerArn?: string;
}

/** Throws `world/changed` where there is none. */
export async function describeService({ ecs, cluster, service }: DrivenService): Promise<Service> {
  const { services: [found] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  if (found?.status === "ACTIVE") return found;
  throw new UserError(
    "world/changed",
    `there is no service ${service} in the cluster ${cluster}`,
    "run sluice deploy, which makes it, then release again",
  );
}

/** The share of the callers that a slot gets. */
export async function shareOf(given: DrivenService, slot: Slot): Promise<Weight> {
  const entryArn =
    given.listenerArn ?? (await describeService(given)).loadBalancers?.[0]?.advancedConfiguration?.productionListenerRule ?? "";
  return callersOf({ ...given, entryArn }, slot);
}

/** The revisions of what runs. The newest of the family is what the plan says now, as the pipeline's builds take it. */
export const revisionsOf = ({ ecs, container }: DrivenService, definitionArn: string): Revisions =>
  revisions({ ecs, container, definitionArn: familyIn(definitionArn) });

/** Which version an order is to bring. */
export type Way = "there" | "back";

/** A deployment that was made after this time by AWS's clock may be older by this machine's, which can be wrong by an hour. */
export const madeSince = (since: number): Date => new Date(since - 3_600_000);

/** Copies start in tens of seconds, and shares change by the minute. */
const lookAgainIn = duration(15_000);

/** AWS goes on, and tells nothing new. */
export const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });

/** AWS goes on, and the ledger is told how far it is. */
export const noting = (note: string): Pending => ({ ...waiting(note), note });

/** What callers get: the copies of this revision, in the slot of this target group. Throws `world/changed` where that is none that can come back. */
export async function runningAs(
  given: DrivenService,
  known: Revisions,
  at: { readonly definitionArn: string; readonly group: string | undefined; readonly count: number },
): Promise<Running> {
  const { definitionArn, group, count } = at;
  const slot = slots.find((one) => given.groups[one] === group);
  if (group === undefined || slot === undefined)
    throw unknown(given, `serves callers from ${group ?? "nowhere"}`, "one of the two target groups of the plan");
  const revision = await known.read(definitionArn);
  const { copies } = revision.digest === undefined ? await lookAt({ ...given, group }, count) : { copies: [] };
  const digest = revision.digest ?? copies.find((copy) => copy.definitionArn === definitionArn && copy.digest !== undefined)?.digest;
  if (digest === undefined) throw unknown(given, `runs no copy of ${revision.version}`, "a version that runs");
  return { is: "running", slot, digest, version: revision.version, count };
}

const unknown = ({ service }: DrivenService, is: string, wanted: string): UserError =>
  new UserError("world/changed", `the service ${service} ${is}`, `bring it to ${wanted}, then release again`);
