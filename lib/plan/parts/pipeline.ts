import { capitalised } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import { type ArtifactStore, artifactStore } from "../blocks/artifacts.ts";
import type { Project } from "../blocks/build-project.ts";
import { builds, type Common, scannedSource } from "../blocks/builds.ts";
import { pipelineDashboard } from "../blocks/dashboard.ts";
import { deployToEcs } from "../blocks/deploy-to-ecs.ts";
import { nativeRelease } from "../blocks/native-release.ts";
import { describePipeline, pipeline, pipelineArn, type Stage } from "../blocks/pipeline.ts";
import {
  type Action,
  askForApproval,
  buildImage,
  deploy,
  fetchSource,
  releaseImage,
  runTests,
  scanImage,
} from "../blocks/pipeline-actions.ts";
import { pipelineAlarm } from "../blocks/pipeline-alarms.ts";
import { pipelineNotices } from "../blocks/pipeline-notices.ts";
import { type Source, source } from "../blocks/source.ts";
import type { Block, Draft } from "../stack.ts";
import { ref } from "../template.ts";
import type { DeliveryBase } from "./base.ts";
import { type Delivered, deliveredService, forBuilds } from "./delivered-service.ts";

/** The pipeline of an environment: a push is tested, built, scanned, approved and deployed (system D). */
export function delivery(stack: Draft, config: Config, given: DeliveryBase, delivered: Delivered): void {
  const { service, delivery: wanted } = deliveredService(config);
  const store = artifactStore(stack.block("Storage"), given.logBucketName);
  const code = source(stack.block("Source"), wanted.source);
  const block = stack.block("Builds");
  const common = forBuilds(config, { store, logsKey: given.logsKeyArn });
  const image = { ...given, service, taskFamily: delivered.target.taskFamily, readers: [] };
  const projects = builds(block, common, delivered.by === "ecs" ? { ...image, sourceFolder: scannedSource } : image);
  const release = releaseOf(block, common, delivered);
  const stages: readonly Stage[] = [
    { name: "Source", actions: [fetchSource(code, store)] },
    { name: "Test", actions: [runTests(projects.test)], triedTwice: true },
    { name: "Build", actions: [buildImage(projects.image)], triedTwice: true },
    { name: "Scan", actions: [scanImage(projects.scan)], triedTwice: true },
    ...(wanted.approval ? [{ name: "Approval", actions: [askForApproval(stack.block("Delivery"), given.topicArn)] }] : []),
    // What shifts the traffic has turned back itself; so the stage ends with the version that is live again, whatever made it fail.
    { name: "Deploy", actions: [release.action], turnsBack: true },
  ];
  assemble(stack, {
    ...given,
    code,
    store,
    projects: { ...projects, ...release.projects },
    stages,
    logDays: config.monitoring.logRetention,
  });
}

/** How a version gets to the service, by who shifts its traffic: an action of the pipeline, and the builds that it needs. */
function releaseOf(
  block: Block,
  common: Common,
  delivered: Delivered,
): { readonly action: Action; readonly projects: Readonly<Record<string, Project>> } {
  if (delivered.by === "ecs") {
    const build = nativeRelease(block, common, delivered.target);
    return { action: releaseImage(build), projects: { deploy: build } };
  }
  const { configuration, statements } = deployToEcs(block.site, delivered.target);
  const by = { description: "Starts the deployment for the pipeline", statements: [...common.store.reads, ...statements] };
  return { action: deploy("Deploy", { configuration }, "taskdef.json", by), projects: {} };
}

/** What a pipeline is assembled from, whatever its stages do. */
export interface Parts {
  readonly code: Source;
  readonly store: ArtifactStore;
  readonly projects: Readonly<Record<string, Project>>;
  readonly stages: readonly Stage[];
  readonly topicArn: Value<string>;
  readonly logsKeyArn: Value<string>;
  readonly logDays: number;
}

/** The pipeline of these stages, what starts it, and what tells of it. */
export function assemble(stack: Draft, { code, store, projects, stages, topicArn, logsKeyArn, logDays }: Parts): void {
  const block = stack.block("Delivery");
  const made = pipeline(block, { source: code, store, stages });
  code.starts(stack.block("Source"), pipelineArn(block, made));
  const names = stages.map(({ name }) => name);
  pipelineNotices(stack.block("Events"), { pipeline: made, stages: names, topicArn, logsKey: logsKeyArn, logDays });
  pipelineAlarm(stack.block("Alarms"), made, topicArn);
  pipelineDashboard(stack.block("Watch"), made, projects);
  describePipeline(block, made, store);
  for (const [name, project] of Object.entries(projects))
    stack.output(`${capitalised(name)}ProjectName`, ref(project), `The CodeBuild project of the ${name} stage`);
}
