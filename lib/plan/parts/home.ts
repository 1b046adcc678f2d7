import { nameOf } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { artifactStore } from "../blocks/artifacts.ts";
import type { Project } from "../blocks/build-project.ts";
import { builds, smokeBuild } from "../blocks/builds.ts";
import { key, usedByLogs, usedByPublishers } from "../blocks/key.ts";
import { logBucket } from "../blocks/log-bucket.ts";
import type { Stage } from "../blocks/pipeline.ts";
import { askForApproval, buildImage, deploy, fetchSource, runTests, scanImage, smokeTest } from "../blocks/pipeline-actions.ts";
import { type Images, registry } from "../blocks/registry.ts";
import { releaserAt } from "../blocks/release-build.ts";
import { roleAt } from "../blocks/role-elsewhere.ts";
import { source } from "../blocks/source.ts";
import { stageRolesAt } from "../blocks/stage-access.ts";
import { executionRole } from "../blocks/tasks.ts";
import { publishers, topic } from "../blocks/topic.ts";
import { siteOf } from "../settings.ts";
import type { Block, Draft, Site } from "../stack.ts";
import { att, ref } from "../template.ts";
import { deliveredService, forBuilds } from "./delivered-service.ts";
import { existingApplication, existingImages, existingPuller, existingTarget } from "./existing.ts";
import { assemble } from "./pipeline.ts";

/** A stage of the pipeline: an environment, where it is, and under which address it answers. */
interface Target {
  readonly environment: Environment;
  readonly site: Site;
  readonly url: string;
  readonly names: Names;
}

/** What is deployed there, by name, before anything is made. */
type Names = Readonly<Record<"application" | "group" | "taskFamily", string>>;

/**
 * One pipeline for several environments in accounts of their own (system E): a push is tested and built once, scanned, and the same image
 * goes from stage to stage, each deployed by a role of its account and then asked under its name.
 */
export function home(stack: Draft, config: Config): void {
  const { monitoring } = config;
  const { service, delivery } = deliveredService(config);
  const { site } = stack;
  const targets = delivery.stages.map((name) => targetOf(config, name));
  const keys = stack.block("Encryption");
  const logsKey = key(keys, "logs", "Encrypts the logs of the pipeline", [usedByLogs(site)]);
  const noticesKey = key(keys, "notices", "Encrypts what people are told", [usedByPublishers(site, publishers)]);

  const storage = stack.block("Storage");
  const logs = ref(logBucket(storage, monitoring.logRetention));
  stack.output("LogBucketName", logs, "Bucket of the access logs");
  const roles = targets.map((target) => stageRolesAt(target.site));
  const store = artifactStore(
    storage,
    logs,
    roles.map((one) => one.deploy),
  );
  const images = imagesOf(stack, config, targets);
  const code = source(stack.block("Source"), delivery.source);
  const common = forBuilds(config, { store, logsKey: att(logsKey, "Arn") });
  const block = stack.block("Builds");
  const families = targets.map(
    ({ environment, site: at, names }) => `${environment.name}=${names.taskFamily}@${stageRolesAt(at).read.arn}`,
  );
  const projects = {
    ...builds(block, common, {
      service,
      registryUri: images.uri,
      registryArn: images.arn,
      taskFamily: families.join(" "),
      readers: roles.map((one) => one.read.arn),
    }),
    smoke: smokeBuild(block, common, service.health),
  };
  const topicArn = ref(topic(stack.block("Alerts"), "notices", att(noticesKey, "Arn"), monitoring.emails));
  stack.output("TopicArn", topicArn, "Topic of alarms and of what the pipeline does");
  const stages: readonly Stage[] = [
    { name: "Source", actions: [fetchSource(code, store)] },
    { name: "Build", actions: [runTests(projects.test), buildImage(projects.image)], triedTwice: true },
    { name: "Scan", actions: [scanImage(projects.scan)], triedTwice: true },
    ...targets.flatMap((target, at): readonly Stage[] => {
      const asked = delivery.approval && at > 0 ? [approvalFor(stack.block("Delivery"), target, topicArn)] : [];
      return [...asked, stageFor(target, projects.smoke)];
    }),
  ];
  assemble(stack, { code, store, projects, stages, topicArn, logsKeyArn: att(logsKey, "Arn"), logDays: monitoring.logRetention });
}

/** Made here and open to exactly the roles that pull; or a repository that exists, whose own policy lets them in. */
export function imagesOf(
  stack: Draft,
  { environments, services: [service], delivery }: Config,
  targets: readonly Pick<Target, "site">[],
): Images {
  const given = environments.find(({ name }) => name === stack.site.environment)?.existing.registry;
  if (given !== undefined) return existingImages(stack.site, given);
  const imagesKey = key(stack.block("Encryption"), "images", "Encrypts the images of all stages");
  const pullers = targets.map(({ site }) => {
    const { existing } = environments.find(({ name }) => name === site.environment) ?? {};
    return existing?.service ? existingPuller(existing.service) : roleAt(site, executionRole(service.name));
  });
  const finders = delivery?.pulumi ? targets.map(({ site }) => releaserAt(site)) : [];
  return registry(stack.block("Images"), service.name, att(imagesKey, "Arn"), { pullers, finders });
}

function targetOf(config: Config, name: string): Target {
  const environment = config.environments.find((one) => one.name === name);
  const [region] = environment?.regions ?? [];
  if (!environment || !region || environment.domain === undefined) throw new Error(`${name} is no stage; the rules let this pass`);
  const site = siteOf(config, environment, region);
  return { environment, site, url: `https://${environment.domain}`, names: namesAt(site, environment, config.services[0].name) };
}

function namesAt(site: Site, { existing }: Environment, service: string): Names {
  return (
    existingTarget(existing) ?? {
      application: existing.codeDeploy ? existingApplication(existing.codeDeploy) : nameOf("deploy-application", site, service),
      group: nameOf("deploy-group", site, service),
      taskFamily: nameOf("task-family", site, service),
    }
  );
}

function approvalFor(block: Block, { environment }: Target, topicArn: Value<string>): Stage {
  const { declaration, by } = askForApproval(block, topicArn);
  const name = `Approve-${environment.name}`;
  return { name, actions: [{ declaration: { ...declaration, Name: name }, by }] };
}

function stageFor({ environment, site, url, names }: Target, smoke: Project): Stage {
  const configuration = { ApplicationName: names.application, DeploymentGroupName: names.group };
  const by = { roleArn: stageRolesAt(site).deploy.arn };
  return {
    name: environment.name,
    actions: [
      deploy(`Deploy-${environment.name}`, { configuration }, `taskdef-${environment.name}.json`, by),
      smokeTest(smoke, `Smoke-${environment.name}`, url),
    ],
    // CodeDeploy turns back what fails while it shifts; smoke tests come after.
    turnsBack: true,
  };
}
