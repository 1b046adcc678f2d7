import { parseArn } from "../../aws/arns.ts";
import { parseCidr } from "../../aws/cidr.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Findings, Rule } from "./rule.ts";

/** A phase, its weight and its snapshot must fit each other, the rollout and the database (B07, B08). */
export const migrationFits: Rule = (config) =>
  config.environments.map((environment) => () => [
    () => phaseProblems(config, environment),
    () => weightProblems(config, environment),
    () => snapshotProblems(config, environment),
    () => sourceProblems(config, environment),
  ]);

const pathOf = ({ name }: Environment, ...rest: readonly string[]): Problem["path"] => ["environments", name, "migration", ...rest];

function phaseProblems({ rollout, services: [service] }: Config, environment: Environment): Findings {
  const { migration } = environment;
  if (!migration) return undefined;
  return [
    () =>
      service.compute?.kind === "ec2"
        ? undefined
        : { path: pathOf(environment), fix: 'leave it out: phases are of fleets, compute: { kind: "ec2" }' },
    () =>
      migration.phase === "initial" || rollout.weightHolder === "engine"
        ? undefined
        : {
            path: pathOf(environment, "phase"),
            fix: `leave it out: with weightHolder "${rollout.weightHolder}" the engine moves no phases`,
          },
  ];
}

function weightProblems({ rollout }: Config, environment: Environment): Findings {
  const { migration } = environment;
  if (migration?.weight === undefined) return undefined;
  const { weight } = migration;
  const path = pathOf(environment, "weight");
  return [
    () =>
      migration.phase === "traffic-shift"
        ? undefined
        : { path, fix: `leave it out: in the phase "${migration.phase}" the weight is given` },
    () => (rollout.weights.includes(weight) ? undefined : { path, fix: `write one of rollout.weights: ${rollout.weights.join(", ")}` }),
  ];
}

function snapshotProblems(config: Config, environment: Environment): Findings {
  const { migration } = environment;
  if (!migration?.snapshot) return undefined;
  const { snapshot } = migration;
  return [
    () =>
      config.database ? undefined : { path: pathOf(environment, "snapshot"), fix: "say what the database is, in the section database" },
    () =>
      config.database && snapshot.engine !== undefined && snapshot.engine !== config.database.engine
        ? {
            path: pathOf(environment, "snapshot", "engine"),
            fix: `take a snapshot of ${config.database.engine}: RDS restores none of another engine`,
          }
        : undefined,
    () => {
      const fix = snapshotProblem(snapshot.identifier, environment);
      return fix === undefined ? undefined : { path: pathOf(environment, "snapshot", "identifier"), fix };
    },
  ];
}

function sourceProblems(config: Config, environment: Environment): Findings {
  const { migration } = environment;
  if (!migration?.source) return undefined;
  const { source } = migration;
  return [
    () =>
      config.database || migration.snapshot
        ? undefined
        : { path: pathOf(environment, "source"), fix: "say what the database is, in the section database" },
    () =>
      migration.snapshot || migration.phase === "initial"
        ? undefined
        : {
            path: pathOf(environment, "snapshot"),
            fix: `name the snapshot of the source: in the phase "${migration.phase}" the database is restored from it`,
          },
    () =>
      "problem" in parseCidr(source.cidr)
        ? { path: pathOf(environment, "source", "cidr"), fix: 'write an IPv4 block such as "10.50.0.0/16"' }
        : undefined,
  ];
}

/** The environment that the data comes from is another one, which has a database. */
export const sourceIsAnother: Rule = ({ environments }) => {
  const names = environments.map(({ name }) => name);
  return environments.map((environment) => () => {
    const { name } = environment;
    const given = environment.migration?.source?.environment;
    if (given === undefined) return undefined;
    const path = ["environments", name, "migration", "source", "environment"];
    const source = environments.find((one) => one.name === given);
    if (source && given !== name)
      return source.migration?.source && source.migration.phase === "initial"
        ? {
            path,
            fix: `write another, or move on environments.${given}.migration.phase: in "initial" it uses a source and has no database`,
          }
        : undefined;
    const others = names.filter((other) => other !== name).join(", ");
    return {
      path,
      fix: others === "" ? "leave it out: there is no other environment" : `write another environment, one of: ${others}`,
    };
  });
};

/** Amazon RDS API reference, CreateDBSnapshot: DBSnapshotIdentifier; those that RDS takes itself begin with `rds:`. */
function snapshotProblem(given: string, environment: Environment): string | undefined {
  const named = /^(rds:)?[A-Za-z](?!.*--)[A-Za-z0-9-]{0,253}(?<!-)$/;
  if (!given.startsWith("arn:"))
    return named.test(given)
      ? undefined
      : "write 1 to 255 letters, digits and single hyphens, starting with a letter, not ending with a hyphen";
  const parsed = parseArn(given);
  if ("problem" in parsed) return `write the ARN of a snapshot: ${parsed.problem}`;
  const { service, region: where, account: owner, resource } = parsed.arn;
  if (service !== "rds" || !resource.startsWith("snapshot:"))
    return "write the ARN of an RDS snapshot: arn:aws:rds:<region>:<account>:snapshot:<name>";
  // Amazon RDS User Guide, "Sharing encrypted snapshots for Amazon RDS"; and the copy lies under the key of this environment.
  if (owner !== environment.account)
    return `copy the snapshot to ${environment.account} first, under the key of the database there, and name the copy: ${owner} only shares it, and RDS restores none that is shared and encrypted`;
  const [region] = environment.regions;
  if (where !== region) return `copy the snapshot to ${region} first: it is in ${where}, and RDS restores only within a region`;
  return named.test(resource.slice("snapshot:".length)) ? undefined : "write the ARN of a snapshot with a valid identifier at its end";
}

/** DNS weights need a name to hang on, and a load balancer for each colour. */
export const routedByName: Rule = ({ rollout: { router, weightHolder }, environments, services: [{ compute }] }) => {
  if (router !== "dns") return undefined;
  const path = ["rollout", "router"];
  if (weightHolder === "codedeploy") return { path, fix: 'write "listener": CodeDeploy shifts between target groups of one load balancer' };
  if (compute && compute.kind !== "ec2") return { path, fix: 'write "listener": only fleets of EC2 get a load balancer for each colour' };
  return environments.map((environment) => [
    () =>
      environment.zone === undefined
        ? {
            path: ["environments", environment.name, "zone"],
            fix: 'write "new" or the id of a hosted zone: the weights are records in it',
          }
        : undefined,
    () =>
      environment.existing.balancer
        ? { path: ["environments", environment.name, "existing", "balancer"], fix: "leave it out: each colour gets one of its own" }
        : undefined,
  ]);
};

/** A copy in the same region survives nothing that the bucket does not. */
export const replicaElsewhere: Rule = ({ storage: { replica }, environments }) =>
  environments.map(
    (environment) => () =>
      replica !== undefined && environment.regions.includes(replica)
        ? { path: ["storage", "replica"], fix: "write another region: an environment is in this one" }
        : undefined,
  );
