import { UserError } from "../../base/errors.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import { routeOf } from "../../config/routes.ts";
import { inAws } from "../../config/rules/holders.ts";
import type { Service } from "../../config/schema/service.ts";
import { productionPort, testPort } from "../../plan/blocks/balancer.ts";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import type { MeterGroup } from "../../ports/meter.ts";
import type { Entrance } from "./address.ts";

/** Where a service of an environment is on AWS. */
export interface Place {
  readonly environment: string;
  readonly region: string;
  readonly ledgerTable: string;
  /** The first of the environment's, whichever the service is in. */
  readonly ledgerRegion: string;
  /** What splits the callers. */
  readonly routes:
    | { readonly by: "rule"; readonly ruleArn: string }
    | { readonly by: "records"; readonly zoneId: string; readonly domain: string }
    | { readonly by: "driver"; readonly of: Driven };
  /** What runs the copies, and where versions come from. */
  readonly runs: Tasks | Machines | Driven;
  readonly groups: Readonly<Record<Slot, string>>;
  /** As their metrics name them: one for all, or one for each slot. What is known to be bad is blue's there. */
  readonly balancers: Readonly<Record<MeterGroup, string>>;
  readonly entrance: Entrance;
  /** Where people hear of it; a place that an execution began with before there were notices has none. */
  readonly topicArn?: string;
}

/** Copies on ECS. */
export interface Tasks {
  readonly on: "ecs";
  readonly cluster: string;
  readonly services: Readonly<Record<Slot, string>>;
  readonly definitionArn: string;
  /** The fewest copies of a slot that is live. */
  readonly least: number;
  /** The container that is the app. */
  readonly container: string;
  readonly registry: string;
  /** The database of copies whose deploy knew none, because a failover brings it. */
  readonly database?: FoundDatabase;
}

/** What an app is told of its database: host and port, and the secret with user and password. */
export interface FoundDatabase {
  readonly address: string;
  readonly secretArn: string;
}

/** One service, whose versions AWS exchanges by itself. */
interface Driven {
  readonly on: "driven";
  readonly cluster: string;
  readonly service: string;
  readonly container: string;
  readonly port: number;
  readonly registry: string;
  /** What CodeDeploy deploys by, and the listener whose weights it moves. Without it ECS does, which tells its rule itself. */
  readonly codeDeploy?: { readonly application: string; readonly deploymentGroup: string; readonly listenerArn: string };
}

interface Machines {
  readonly on: "ec2";
  readonly fleets: Readonly<Record<Slot, string>>;
  readonly parameters: Readonly<Record<Slot, string>>;
  /** The fewest instances of a slot that is live, and the most. */
  readonly least: Readonly<Record<Slot, number>>;
  readonly most: Readonly<Record<Slot, number>>;
  /** The bucket that releases come from. */
  readonly releases: string;
}

/** Which service, and in which region: the first ones where nothing is said. */
interface Where {
  readonly service?: Service;
  readonly region?: string;
}

/** Reads off the map where a service is in a region. Throws `world/unsupported` where it has not what the configuration says. */
export function placeOf(map: EnvironmentMap, config: Config, domain: string, where: Where = {}): Place {
  const { services, rollout } = config;
  refuseUntold(config, map.environment);
  const { region: ledgerRegion, table } = ledgerOf(map);
  const [first] = services;
  const { service = first, region = ledgerRegion } = where;
  const stacks = { base: stackOf(map, "base", region), app: stackOf(map, service.name, region) };
  const name = service.name === first.name ? domain : (routeOf(service, domain).host ?? domain);
  return {
    environment: map.environment,
    region,
    ledgerTable: table,
    ledgerRegion,
    groups: bySlot(stacks.app, "TargetGroupArn"),
    topicArn: value(stacks.base, "TopicArn"),
    ...(inAws[rollout.weightHolder] ? driven : released)(stacks, config, service, name),
  };
}

/** What exists is none of the plan's, which does not know where its callers are moved. */
function refuseUntold({ environments }: Config, environment: string): void {
  const { service } = environments.find(({ name }) => name === environment)?.existing ?? {};
  if (!service || service.traffic) return;
  throw new UserError(
    "world/unsupported",
    `nothing says where the callers of ${service.name} are moved, which exists outside the plan`,
    `write environments.${environment}.existing.service.traffic, deploy, then release again; or release by the pipeline, which needs no more than is there`,
  );
}

interface Stacks {
  readonly base: Deployed;
  readonly app: Deployed;
}

type Entered = Pick<Place, "routes" | "balancers" | "entrance">;

function released(stacks: Stacks, { services: [first], rollout }: Config, service: Service, domain: string): Entered & Pick<Place, "runs"> {
  return {
    runs: service.compute?.kind === "ec2" ? machines(stacks, service.compute) : tasks(stacks, service, service.name === first.name),
    ...(rollout.router === "dns" ? byRecords(stacks, domain) : byRule(stacks, domain)),
  };
}

/** One service, which AWS itself exchanges. */
function driven({ base, app }: Stacks, { rollout }: Config, { name, port }: Service, domain: string): Entered & Pick<Place, "runs"> {
  const runs: Driven = {
    on: "driven",
    cluster: app.outputs.ClusterName ?? value(base, "ClusterName"),
    service: value(app, "ServiceName"),
    container: name,
    port,
    registry: value(base, "RegistryUri"),
    ...(rollout.weightHolder === "codedeploy" && {
      codeDeploy: {
        application: value(app, "DeployApplication"),
        deploymentGroup: value(app, "DeployGroup"),
        // Of a service that exists it may be a rule.
        listenerArn: app.outputs.SplitRuleArn ?? value(app, "ProductionListenerArn"),
      },
    }),
  };
  const entry = app.outputs.BalancerFullName === undefined ? base : app;
  return { runs, routes: { by: "driver", of: runs }, ...entered(entry, domain) };
}

function byRule({ base, app }: Stacks, domain: string): Entered {
  return {
    routes: { by: "rule", ruleArn: value(app, "SplitRuleArn") },
    ...entered(base, domain),
  };
}

const entered = (base: Deployed, domain: string): Omit<Entered, "routes"> => ({
  balancers: forAll(value(base, "BalancerFullName")),
  // A load balancer that was there before is known by its ARN alone: then the domain has to lead to it.
  entrance: { protocol: "https", domain, port: testPort, balancers: forAll(base.outputs.BalancerDnsName ?? domain) },
});

/** Tests come in where callers do: each slot has a load balancer of its own, which asks no other. */
function byRecords({ base }: Stacks, domain: string): Entered {
  return {
    routes: { by: "records", zoneId: value(base, "ZoneId"), domain },
    balancers: forEach(bySlot(base, "BalancerFullName")),
    entrance: { protocol: "https", domain, port: productionPort, balancers: forEach(bySlot(base, "BalancerDnsName")) },
  };
}

/** The images of the first service are in the base, those of a further one beside it. */
const tasks = ({ base, app }: Stacks, { name, compute }: Service, isFirst: boolean): Tasks => ({
  on: "ecs",
  cluster: value(base, "ClusterName"),
  services: bySlot(app, "ServiceName"),
  definitionArn: value(app, "TaskDefinitionArn"),
  least: compute?.kind === "ecs" ? compute.count.min : 1,
  container: name,
  registry: value(isFirst ? base : app, "RegistryUri"),
});

const machines = (
  { base, app }: Stacks,
  { blue, green }: Readonly<Record<Slot, { readonly min: number; readonly max: number }>>,
): Machines => ({
  on: "ec2",
  fleets: bySlot(app, "FleetName"),
  parameters: bySlot(app, "ReleaseParameter"),
  least: { blue: blue.min, green: green.min },
  most: { blue: blue.max, green: green.max },
  releases: value(base, "ReleasesBucketName"),
});

const bySlot = (stack: Deployed, output: string): Record<Slot, string> => ({
  blue: value(stack, `Blue${output}`),
  green: value(stack, `Green${output}`),
});

const forAll = (one: string): Record<MeterGroup, string> => forEach({ blue: one, green: one });
const forEach = ({ blue, green }: Readonly<Record<Slot, string>>): Record<MeterGroup, string> => ({ blue, green, "known-bad": blue });

/** Where the ledger of an environment is: in the first region, whatever its services are. */
export function ledgerOf(map: EnvironmentMap): { readonly region: string; readonly table: string } {
  const stack = stackOf(map, "ledger");
  return { region: stack.region, table: value(stack, "LedgerTable") };
}

/** The function that carries out releases in Lambda, by its alias. */
export function releaseHostOf(map: EnvironmentMap): string {
  return value(stackOf(map, "release", ledgerOf(map).region), "ReleaseHostArn");
}

type Deployed = EnvironmentMap["stacks"][number];

/** The stack of a part, in a region where it is in several. Throws where it is not deployed. */
export function stackOf({ stacks, environment }: EnvironmentMap, part: string, region?: string): Deployed {
  const found = stacks.find((stack) => stack.part === part && (region === undefined || stack.region === region));
  if (found) return found;
  throw new UserError(
    "world/unsupported",
    `no stack "${part}" of "${environment}"${region === undefined ? "" : ` is deployed in ${region}`}`,
    `run: sluice deploy ${environment}`,
  );
}

/** An output of a stack. Throws where it has none of this name. */
export function value({ name, outputs }: Deployed, output: string): string {
  const found = outputs[output];
  if (found !== undefined) return found;
  throw new UserError("world/unsupported", `the stack ${name} has no ${output}`, "deploy what the configuration says, then release again");
}
