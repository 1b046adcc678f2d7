import { capitalised } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import type { Instances } from "../../config/schema/compute.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Service } from "../../config/schema/service.ts";
import { portOf } from "../blocks/database.ts";
import { type Fleet, fleet } from "../blocks/fleet.ts";
import { type InstanceRole, instanceRole } from "../blocks/instance-role.ts";
import { launchTemplate } from "../blocks/launch-template.ts";
import { type LogGroup, logGroup } from "../blocks/logs.ts";
import { nothingReleased, parameter } from "../blocks/parameter.ts";
import { startScript } from "../blocks/start-script.ts";
import type { Colours } from "../blocks/target-groups.ts";
import { readersOf } from "../blocks/task-database.ts";
import type { Standing } from "../phases.ts";
import type { Block, Draft } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import type { Data } from "./data.ts";
import type { FleetBase } from "./fleet-base.ts";

/** A service on EC2 with the phase that it is in, and what other stacks give it. */
export interface InstancesGiven {
  readonly config: Config;
  readonly environment: Environment;
  readonly service: Service;
  readonly compute: Instances;
  readonly standing: Standing;
  readonly colours: Colours;
  readonly given: { readonly base: FleetBase; readonly data: Data | undefined };
}

/** The instances of both colours, with what they look up when they start: which release, which database. */
export function instances(stack: Draft, all: InstancesGiven): Readonly<Record<Slot, Fleet>> {
  const { config, service, given } = all;
  const { base, data } = given;
  const block = stack.block("Fleets");
  const parameters = lookedUp(block, all);
  const role = instanceRole(block, {
    service: service.name,
    releases: { arn: base.releases.arn, keyArn: base.keyArns.releases },
    parameters: [parameters.blue, parameters.green, ...(parameters.database ? [parameters.database] : [])],
    ...(data && { secret: { arn: data.secretArn, keyArn: base.keyArns.secrets } }),
  });
  const log = logGroup(block, service.name, base.keyArns.logs, config.monitoring.logRetention);
  const started = { ...all, parameters, role, log };
  const made = { blue: colour(block, "blue", started), green: colour(block, "green", started) };
  stack.output("AppLogName", ref(log), "Log of the app on all instances");
  stack.output("BlueFleetName", ref(made.blue), "Auto-scaling group of blue");
  stack.output("GreenFleetName", ref(made.green), "Auto-scaling group of green");
  return made;
}

type Parameter = Resource<"AWS::SSM::Parameter">;

interface LookedUp extends Readonly<Record<Slot, Parameter>> {
  readonly database?: Parameter;
}

function lookedUp(block: Block, all: InstancesGiven): LookedUp {
  const { stack } = block;
  const release = (slot: Slot): Parameter => {
    const made = parameter(block, `${slot} release`, {
      path: `${slot}/release`,
      value: nothingReleased,
      description: `Archive in Amazon S3 that instances of ${slot} run, which a release names`,
      owned: true,
    });
    stack.output(`${capitalised(slot)}ReleaseParameter`, ref(made), `Parameter that names the release of ${slot}`);
    return made;
  };
  const releases = { blue: release("blue"), green: release("green") };
  const address = addressOf(all);
  if (address === undefined) return releases;
  const database = parameter(block, "Database", {
    path: "database/address",
    value: address,
    description: "Host and port of the database that the service uses",
    owned: all.standing.releaseOwns,
  });
  stack.output("DatabaseParameter", ref(database), "Parameter that says which database the service uses");
  return { ...releases, database };
}

interface Started extends InstancesGiven {
  readonly parameters: LookedUp;
  readonly role: InstanceRole;
  readonly log: LogGroup;
}

function colour(block: Block, slot: Slot, { service, compute, standing, colours, given, parameters, role, log }: Started): Fleet {
  const { base, data } = given;
  const template = launchTemplate(block, slot, {
    service: service.name,
    instanceType: compute[slot].instanceType,
    ami: compute.ami,
    profile: role.profile,
    groupId: base.groupIds.app,
    volume: { size: compute.volume, keyArn: base.keyArns.volumes },
    userData: startScript({
      packages: compute.packages,
      start: service.start ?? "npm start",
      port: service.port,
      env: service.env,
      values: {
        RELEASE_PARAMETER: ref(parameters[slot]),
        DATABASE_PARAMETER: parameters.database ? ref(parameters.database) : "",
        ...(data && { DATABASE_SECRET_ARN: data.secretArn, ...readersOf(data.readers) }),
      },
      logGroup: ref(log),
    }),
  });
  return fleet(block, slot, {
    service: service.name,
    sizes: compute[slot],
    runs: standing.runs[slot],
    releaseOwns: standing.releaseOwns,
    template,
    subnetIds: base.privateSubnetIds,
    targets: colours[slot],
    graceSeconds: Math.ceil(service.startWithin / 1000) + bootSeconds,
    lifetimeSeconds: Math.ceil(compute.lifetime / 1000),
    after: role.policies,
  });
}

/** A machine boots and installs its packages before the app starts. */
const bootSeconds = 120;

/** The database that the phase has the service use: its own, or the source. */
function addressOf({ config, environment, standing, given }: InstancesGiven): Value<string> | undefined {
  const { source } = environment.migration ?? {};
  if (!config.database) return undefined;
  if (source && !standing.database.used) return `${source.host}:${source.port ?? portOf(config.database)}`;
  return given.data?.address;
}
