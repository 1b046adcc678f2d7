import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { isOf } from "../resolve.ts";
import { through as throughIn, worldOf } from "../world.ts";

const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/d-container-pipeline"));

export const account = "444455556666";
export const otherAccount = "999988887777";

/** System D's production as AWS would have it. */
export const world = worldOf(config, "production", { account, region: "eu-west-1", short: "euw1" });
export const { at, called, roleArn, stream, group, keys, keyOf, resolved: d } = world;

export const project = (thing: string): string => at("codebuild", `project/${called(thing)}`);
/** CodeBuild User Guide, "Report group naming". */
export const reports = (thing: string, report: string): string => at("codebuild", `report-group/${called(thing)}-${report}`);

export const artifacts = world.bucket("artifacts");
export const logBucket = world.bucket("logs");
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

export const through = (via: string, purpose: string) => throughIn(world, via, purpose);
