import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { isOf } from "../resolve.ts";
import { known, type World, worldOf } from "../world.ts";

export const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/a-multi-region-containers"));

const account = "222222222222";
export const otherAccount = "999988887777";
export const regions = { "eu-west-1": "euw1", "us-west-2": "usw2", "us-east-1": "use1" };

/** Production, seen from the region that answers, from the one that waits, and from the global one, where CloudFront is. */
export const ireland = worldOf(config, "production", { account, region: "eu-west-1", short: "euw1" });
export const oregon = worldOf(config, "production", { account, region: "us-west-2", short: "usw2" });
export const virginia = worldOf(config, "production", { account, region: "us-east-1", short: "use1" });
export const both = [ireland, oregon] as const;

export const registryOf = ({ at, called }: World): string => at("ecr", `repository/${called("web")}`);
export const lostQueues = ["rotation-lost", "release-lost"].map((name) => ireland.at("sqs", ireland.called(name)));
export const distribution = `arn:aws:cloudfront::${account}:distribution/`;

/** A trail records in every region and is in one. */
export const trail = ireland.at("cloudtrail", `trail/${ireland.called("audit")}`);
/** AWS CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": how it names its streams. */
export const trailStream = ireland.at("logs", `log-group:/catalog/production/euw1/trail:log-stream:${account}_CloudTrail_eu-west-1_3`);

/** AWS ends the ARN of a secret with letters of its own. */
export function secretOf(thing: string): string {
  const name = `catalog/production/euw1/database/${thing}`;
  const arns = ireland.resolved.plan.stacks.flatMap((stack) =>
    stack.resources
      .filter(isOf("AWS::SecretsManager::Secret"))
      .filter(({ properties }) => properties.Name === name)
      .map(({ id }) => ireland.resolved.of(stack.part, id)),
  );
  return known(arns[0], `secret ${name}`);
}

/** Made by a person before: the configuration names them. */
export const state = {
  bucket: "arn:aws:s3:::acme-pulumi-state",
  key: ireland.at("kms", "key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
};

export const issuer = "token.actions.githubusercontent.com";
export const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`;

/** What AWS takes from a token of GitHub (GitHub Docs, "OpenID Connect reference": the subject). */
export const token = (subject: string, audience = "sts.amazonaws.com") => ({ [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject });

/** Tokens that none of the roles may take. */
export const strangeTokens = [
  token("repo:acme/catalog:environment:staging"),
  token("repo:acme/catalog:ref:refs/heads/main"),
  token("repo:acme/catalog-two:environment:production"),
  token("repo:other/catalog:pull_request"),
  token("repo:acme/catalog:environment:production", "https://github.com/acme"),
  token("repo:acme/catalog:pull_request", "https://github.com/acme"),
  { [`${issuer}:aud`]: "sts.amazonaws.com" },
];
