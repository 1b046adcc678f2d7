import { parseArn } from "../../aws/arns.ts";
import { parseCidr } from "../../aws/cidr.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Rule } from "./rule.ts";

/** A phase, its weight and its snapshot must fit each other, the rollout and the database (B07, B08). */
export const migrationFits: Rule = (config) => config.environments.flatMap((environment) => misfits(config, environment));

function misfits({ database, rollout, services: [{ compute }] }: Config, environment: Environment): readonly Problem[] {
  const { migration, name } = environment;
  if (!migration) return [];
  const path = (...rest: readonly string[]): readonly string[] => ["environments", name, "migration", ...rest];
  const { phase, weight, snapshot, source } = migration;
  const found: Problem[] = [];
  if (compute?.kind !== "ec2") found.push({ path: path(), fix: 'leave it out: phases are of fleets, compute: { kind: "ec2" }' });
  if (phase !== "initial" && rollout.weightHolder !== "engine")
    found.push({ path: path("phase"), fix: `leave it out: with weightHolder "${rollout.weightHolder}" the engine moves no phases` });
  if (weight !== undefined && phase !== "traffic-shift")
    found.push({ path: path("weight"), fix: `leave it out: in the phase "${phase}" the weight is given` });
  if (weight !== undefined && !rollout.weights.includes(weight))
    found.push({ path: path("weight"), fix: `write one of rollout.weights: ${rollout.weights.join(", ")}` });
  if ((snapshot || source) && !database)
    found.push({ path: path(snapshot ? "snapshot" : "source"), fix: "say what the database is, in the section database" });
  if (source && !snapshot && phase !== "initial")
    found.push({
      path: path("snapshot"),
      fix: `name the snapshot of the source: in the phase "${phase}" the database is restored from it`,
    });
  if (source && "problem" in parseCidr(source.cidr))
    found.push({ path: path("source", "cidr"), fix: 'write an IPv4 block such as "10.50.0.0/16"' });
  if (snapshot && database && snapshot.engine !== undefined && snapshot.engine !== database.engine)
    found.push({ path: path("snapshot", "engine"), fix: `take a snapshot of ${database.engine}: RDS restores none of another engine` });
  const wrong = snapshot && snapshotProblem(snapshot.identifier, environment);
  if (wrong !== undefined) found.push({ path: path("snapshot", "identifier"), fix: wrong });
  return found;
}

/** The environment that the data comes from is another one, which has a database. */
export const sourceIsAnother: Rule = ({ environments }) => {
  const names = environments.map(({ name }) => name);
  return environments.flatMap(({ name, migration }): readonly Problem[] => {
    const given = migration?.source?.environment;
    if (given === undefined || (given !== name && names.includes(given))) return [];
    const others = names.filter((other) => other !== name).join(", ");
    return [
      {
        path: ["environments", name, "migration", "source", "environment"],
        fix: others === "" ? "leave it out: there is no other environment" : `write another environment, one of: ${others}`,
      },
    ];
  });
};

/** Amazon RDS API reference, CreateDBSnapshot: DBSnapshotIdentifier; those that RDS takes itself begin with `rds:`. */
function snapshotProblem(given: string, { account, regions: [region] }: Environment): string | undefined {
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
  if (owner !== account)
    return `copy the snapshot to ${account} first, under the key of the database there, and name the copy: ${owner} only shares it, and RDS restores none that is shared and encrypted`;
  if (where !== region) return `copy the snapshot to ${region} first: it is in ${where}, and RDS restores only within a region`;
  return named.test(resource.slice("snapshot:".length)) ? undefined : "write the ARN of a snapshot with a valid identifier at its end";
}

/** DNS weights need a name to hang on, and a load balancer for each colour. */
export const routedByName: Rule = ({ rollout: { router, weightHolder }, environments, services: [{ compute }] }) => {
  if (router !== "dns") return undefined;
  const path = ["rollout", "router"];
  if (weightHolder === "codedeploy") return { path, fix: 'write "listener": CodeDeploy shifts between target groups of one load balancer' };
  if (compute && compute.kind !== "ec2") return { path, fix: 'write "listener": only fleets of EC2 get a load balancer for each colour' };
  return environments.flatMap(({ name, zone, existing }): readonly Problem[] => [
    ...(zone === undefined
      ? [{ path: ["environments", name, "zone"], fix: 'write "new" or the id of a hosted zone: the weights are records in it' }]
      : []),
    ...(existing.balancer
      ? [{ path: ["environments", name, "existing", "balancer"], fix: "leave it out: each colour gets one of its own" }]
      : []),
  ]);
};

/** A copy in the same region survives nothing that the bucket does not. */
export const replicaElsewhere: Rule = ({ storage: { replica }, environments }) =>
  environments
    .filter(({ regions }) => replica !== undefined && regions.includes(replica))
    .map(() => ({ path: ["storage", "replica"], fix: "write another region: an environment is in this one" }));
