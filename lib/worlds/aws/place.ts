import { UserError } from "../../base/errors.ts";
import type { Slot } from "../../base/outcome.ts";
import { testPort } from "../../plan/blocks/balancer.ts";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import type { Entrance } from "./address.ts";

/** Where a service of an environment is on AWS. */
export interface Place {
  readonly environment: string;
  readonly region: string;
  readonly ledgerTable: string;
  readonly ruleArn: string;
  readonly groups: Readonly<Record<Slot, string>>;
  readonly cluster: string;
  readonly services: Readonly<Record<Slot, string>>;
  readonly definitionArn: string;
  /** The container that is the app. */
  readonly container: string;
  /** As its metrics name it. */
  readonly balancer: string;
  readonly registry: string;
  readonly entrance: Entrance;
}

/**
 * Reads off the map where a service is in the primary region. Throws `world/unsupported` where something else than a listener's rule moves
 * its traffic or something else than ECS runs it.
 */
export function placeOf(map: EnvironmentMap, service: string, domain: string): Place {
  const { region, table } = ledgerOf(map);
  const base = stackOf(map, "base", region);
  const app = stackOf(map, service, region);
  return {
    environment: map.environment,
    region,
    ledgerTable: table,
    ruleArn: value(app, "SplitRuleArn"),
    groups: { blue: value(app, "BlueTargetGroupArn"), green: value(app, "GreenTargetGroupArn") },
    cluster: value(base, "ClusterName"),
    services: { blue: value(app, "BlueServiceName"), green: value(app, "GreenServiceName") },
    definitionArn: value(app, "TaskDefinitionArn"),
    container: service,
    balancer: value(base, "BalancerFullName"),
    registry: value(base, "RegistryUri"),
    // A load balancer that was there before is known by its ARN alone: then the domain has to lead to it.
    entrance: { protocol: "https", domain, port: testPort, balancer: base.outputs.BalancerDnsName ?? domain },
  };
}

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

function stackOf({ stacks, environment }: EnvironmentMap, part: string, region?: string): Deployed {
  const found = stacks.find((stack) => stack.part === part && (region === undefined || stack.region === region));
  if (found) return found;
  throw new UserError(
    "world/unsupported",
    `no stack "${part}" of "${environment}"${region === undefined ? "" : ` is deployed in ${region}`}`,
    `run: sluice deploy ${environment}`,
  );
}

function value({ name, outputs }: Deployed, output: string): string {
  const found = outputs[output];
  if (found !== undefined) return found;
  throw new UserError(
    "world/unsupported",
    `the stack ${name} has no ${output}`,
    'a release moves weights of a listener\'s rule between services of ECS: rollout.weightHolder "release", router "listener", compute "ecs"',
  );
}
