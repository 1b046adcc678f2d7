import { type Arn, parseArn } from "../../aws/arns.ts";
import type { Config } from "../config.ts";
import type { Findings } from "./rule.ts";
import { buildersOf } from "./source.ts";

type Delivery = NonNullable<Config["delivery"]>;

/** Credentials of builds are named by where they are kept, which a build of each environment can read (C19). */
export function credentialProblems(delivery: Delivery, environments: Config["environments"]): Findings {
  const { dockerHub } = delivery;
  if (!dockerHub) return undefined;
  return (["username", "token"] as const).map((field) => () => {
    const where = dockerHub[field];
    const path = ["delivery", "dockerHub", field];
    const parsed = parseArn(where);
    const isSecret = "arn" in parsed && parsed.arn.service === "secretsmanager" && parsed.arn.resource.startsWith("secret:");
    const fix = isSecret ? secretProblem(parsed.arn) : parameterProblem(where);
    if (fix !== undefined) return { path, fix };
    return isSecret ? () => strangerProblem(parsed.arn, path, buildersOf(delivery, environments)) : undefined;
  });
}

function strangerProblem(arn: Arn, path: readonly string[], builders: Config["environments"]): Findings {
  const stranger = builders.find(({ account, regions }) => account !== arn.account || regions[0] !== arn.region);
  return (
    stranger && {
      path,
      fix: `name a parameter, which each account has for itself: "${stranger.name}" builds in ${stranger.account}, ${stranger.regions[0]}`,
    }
  );
}

/** AWS Secrets Manager API reference, CreateSecret: Name; the hyphen and six characters after it are what a role's policy has to name. */
function secretProblem({ resource }: Arn): string | undefined {
  return /^secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/.test(resource)
    ? undefined
    : "write the ARN of a secret whole, with the hyphen and six characters at its end, and no key after it";
}

/** AWS Systems Manager API reference, PutParameter: Name. The longest ARN before a name has 56 characters, in "us-gov-west-1". */
function parameterProblem(where: string): string | undefined {
  if (!/^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(where))
    return 'write where it is kept and not what it is: the ARN of a secret, or the name of a parameter such as "/shop/docker-hub/token"';
  if (/^\/?(aws|ssm)/i.test(where))
    return 'write another name, such as "/shop/docker-hub/token": Systems Manager keeps those that begin with "aws" or "ssm" for itself';
  const levels = where.replace(/^\//, "").split("/");
  if (levels.length > 1 && !where.startsWith("/")) return `write "/${where}": a parameter in a hierarchy begins with a slash`;
  if (levels.length > 15) return `write a name of at most 15 levels: this has ${levels.length}`;
  return where.length > 955 ? "write a name of at most 955 characters: with the ARN before it Systems Manager takes 1011" : undefined;
}
