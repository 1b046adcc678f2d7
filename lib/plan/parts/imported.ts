import type { Region } from "../../aws/regions.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { loadAlarms } from "../blocks/alarms.ts";
import type { CodeDeployTarget } from "../blocks/deploy-to-ecs.ts";
import { key, usedByLogs, usedByPublishers } from "../blocks/key.ts";
import { logBucket } from "../blocks/log-bucket.ts";
import { stageAccess } from "../blocks/stage-access.ts";
import { publishers, topic } from "../blocks/topic.ts";
import { homeOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";
import { audit } from "./audit.ts";
import { type DeliveryBase, imagesOf } from "./base.ts";
import { balancerOf, existingService } from "./existing.ts";
import { delivery } from "./pipeline.ts";

type Begin = (region: Region, part: string) => Draft;

/**
 * A service that exists, with what deploys it in CodeDeploy (E04): nothing of it is made or changed. Made is what a pipeline needs to deploy
 * it, and alarms on what it uses.
 */
export function importedSystem(begin: Begin, config: Config, environment: Environment, target: CodeDeployTarget): void {
  const [region] = environment.regions;
  if (region === undefined) throw new Error(`${environment.name} has no region; the schema let this pass`);
  const [{ name }] = config.services;
  const home = homeOf(config, environment.name);
  const given = groundOf(begin(region, "base"), config, environment);
  const stack = begin(region, name);
  const watched = existingService(environment.existing);
  if (home) stageAccess(stack.block("Access"), home, target);
  loadAlarms(stack.block("Alarms"), { ...watched, thing: name, limits: config.monitoring, topicArn: given.topicArn });
  stack.output("ClusterName", watched.clusterName, "The ECS cluster");
  stack.output("ServiceName", watched.serviceName, "The ECS service");
  stack.output("DeployApplication", target.application, "The CodeDeploy application");
  stack.output("DeployGroup", target.group, "The CodeDeploy deployment group");
  stack.output("DeployConfig", target.config, "The steps in which CodeDeploy shifts traffic");
  trafficOf(stack, environment);
  if (!home && config.delivery) delivery(begin(region, "pipeline"), config, given, { by: "codedeploy", target });
  if (config.audit) audit(begin(region, "audit"), config.audit, given);
}

/** What a release looks at, and CodeDeploy moves for it. */
function trafficOf(stack: Draft, { existing }: Environment): void {
  const { traffic } = existing.service ?? {};
  if (!traffic) return;
  const { callers, blue, green } = traffic;
  stack.output("BlueTargetGroupArn", blue, "Target group of blue");
  stack.output("GreenTargetGroupArn", green, "Target group of green");
  stack.output("BalancerFullName", balancerOf(traffic), "The load balancer, as its metrics name it");
  if (callers.includes(":listener-rule/")) stack.output("SplitRuleArn", callers, "Rule that holds the weights of blue and green");
  else stack.output("ProductionListenerArn", callers, "Listener of the callers");
}

/** Keys, the images, the bucket of access logs, and whom to tell: no network, no cluster, no load balancer. */
function groundOf(stack: Draft, config: Config, environment: Environment): DeliveryBase {
  const { site } = stack;
  const keys = stack.block("Encryption");
  const logsKey = key(keys, "logs", "Encrypts the logs of this environment", [usedByLogs(site)]);
  const noticesKey = key(keys, "notices", "Encrypts what people are told", [usedByPublishers(site, publishers)]);
  const { images } = imagesOf(stack, config, environment);
  stack.output("RegistryName", images.name, "Name of the image repository");
  return {
    registryUri: stack.output("RegistryUri", images.uri, "Where images are pushed to and pulled from"),
    registryArn: stack.output("RegistryArn", images.arn, "The image repository"),
    logsKeyArn: stack.output("LogsKeyArn", att(logsKey, "Arn"), "The key of the logs"),
    logBucketName: stack.output(
      "LogBucketName",
      ref(logBucket(stack.block("Storage"), config.monitoring.logRetention)),
      "Bucket of the access logs",
    ),
    topicArn: stack.output(
      "TopicArn",
      ref(topic(stack.block("Alerts"), "notices", att(noticesKey, "Arn"), config.monitoring.emails)),
      "Topic of alarms and of what the pipeline does",
    ),
  };
}
