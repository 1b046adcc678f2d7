import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { isOf, resolve } from "../resolve.ts";

const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/d-container-pipeline"));

/** System D's production as AWS would have it. */
export const d = resolve(buildPlan(config, "production"));

export const account = "444455556666";
export const otherAccount = "999988887777";
const prefix = "shop-production-euw1";

/** An ARN in the region of production. */
export const at = (service: string, resource: string): string => `arn:aws:${service}:eu-west-1:${account}:${resource}`;
export const called = (thing: string): string => `${prefix}-${thing}`;

export const roleArn = (thing: string): string => `arn:aws:iam::${account}:role/${called(thing)}`;
/** What logs:CreateLogStream and logs:PutLogEvents are about. */
export const stream = (group: string): string => at("logs", `log-group:/shop/production/euw1/${group}:log-stream:one`);
/** A group in the form that permissions on it need (CloudWatch Logs API reference, LogGroup: arn). */
export const group = (name: string): string => at("logs", `log-group:/shop/production/euw1/${name}:*`);
export const project = (thing: string): string => at("codebuild", `project/${called(thing)}`);
/** CodeBuild User Guide, "Report group naming". */
export const reports = (thing: string, report: string): string => at("codebuild", `report-group/${called(thing)}-${report}`);

export const artifacts = `arn:aws:s3:::${called("artifacts")}-${account}`;
export const logBucket = `arn:aws:s3:::${called("logs")}-${account}`;
export const registry = at("ecr", `repository/${called("web")}`);
export const repository = at("codecommit", called("source"));
export const pipelineArn = at("codepipeline", called("delivery"));
export const notices = at("sns", called("notices"));
export const ledger = at("dynamodb", `table/${called("ledger")}`);
export const family = at("ecs", `task-definition/${called("web")}:7`);
export const service = at("ecs", `service/${called("cluster")}/${called("web")}`);
export const taskSet = at("ecs", `task-set/${called("cluster")}/${called("web")}/ecs-svc-1`);
export const application = at("codedeploy", `application:${called("web")}`);
export const deployGroup = at("codedeploy", `deploymentgroup:${called("web")}/${called("web")}`);
export const deploySteps = at("codedeploy", `deploymentconfig:${called("web-10-100-every-5m")}`);
export const dockerHub = [at("ssm", "parameter/shop/docker-hub/username"), at("ssm", "parameter/shop/docker-hub/token")];
/** Somebody else's. */
export const otherSecret = at("secretsmanager", "secret:shop/other-AbCdEf");

/** AWS chooses the names of these. */
export const listeners = d.plan.stacks.flatMap((stack) =>
  stack.resources.filter(isOf("AWS::ElasticLoadBalancingV2::Listener")).map(({ id }) => d.of(stack.part, id)),
);

/** The keys of the plan, by what their aliases end in. */
export const keys: Readonly<Record<string, string>> = Object.fromEntries(
  d.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::KMS::Alias")).map(({ properties }) => {
      const alias = d.text(stack, properties.AliasName).replace(`alias/${prefix}-`, "");
      const key = stack.resources
        .filter(isOf("AWS::KMS::Key"))
        .find(({ id }) => d.of(stack.part, id) === d.text(stack, properties.TargetKeyId));
      if (!key) throw new Error(`the alias ${alias} is of no key of ${stack.name}`);
      return [alias, d.of(stack.part, key.id, "Arn")];
    }),
  ),
);

export function keyOf(purpose: string): string {
  const found = keys[purpose];
  if (found === undefined) throw new Error(`there is no key for ${purpose}`);
  return found;
}

/** What AWS KMS knows of a request that a service makes for its caller (AWS KMS Developer Guide, "AWS KMS condition keys"). */
export const through = (via: string, purpose: string) => ({
  "kms:ViaService": `${via}.eu-west-1.amazonaws.com`,
  "kms:CallerAccount": account,
  "kms:ResourceAliases": [`alias/${called(purpose)}`],
});
