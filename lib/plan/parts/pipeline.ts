import type { Config } from "../../config/config.ts";
import { artifactStore } from "../blocks/artifacts.ts";
import { builds } from "../blocks/builds.ts";
import { deployToEcs, pipeline, pipelineArn } from "../blocks/pipeline.ts";
import { pipelineNotices } from "../blocks/pipeline-notices.ts";
import { source } from "../blocks/source.ts";
import type { Draft } from "../stack.ts";
import { att, ref, sub } from "../template.ts";
import type { Base } from "./base.ts";
import type { Delivered } from "./service.ts";

/** The pipeline of an environment: a push is tested, built, scanned, approved and deployed. */
export function delivery(stack: Draft, config: Config, given: Base, delivered: Delivered): void {
  const { delivery: wanted, monitoring } = config;
  const [service] = config.services;
  if (!wanted || !service.compute) return;
  const store = artifactStore(stack.block("Storage"), given.logBucketName);
  const from = stack.block("Source");
  const code = source(from, wanted.source);
  const projects = builds(
    stack.block("Builds"),
    {
      architecture: service.compute.architecture,
      store,
      logsKey: given.logsKeyArn,
      logDays: monitoring.logRetention,
      delivery: wanted,
    },
    { ...given, service, taskFamily: delivered.taskFamily },
  );
  const block = stack.block("Delivery");
  const made = pipeline(block, {
    source: code,
    store,
    builds: projects,
    approval: wanted.approval ? { topicArn: given.topicArn } : undefined,
    deploy: deployToEcs(block, {
      application: delivered.deployApplication,
      group: delivered.deployGroup,
      config: delivered.deployConfig,
      taskFamily: delivered.taskFamily,
      taskRoleArns: delivered.taskRoleArns,
    }),
  });
  code.starts(from, pipelineArn(block, made));
  pipelineNotices(stack.block("Events"), {
    pipeline: made,
    topicArn: given.topicArn,
    logsKey: given.logsKeyArn,
    logDays: monitoring.logRetention,
  });
  stack.output("PipelineName", ref(made), "The pipeline");
  stack.output(
    "PipelineUrl",
    sub(`https://${stack.region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/\${${made.id}}/view`),
    "The pipeline in the console",
  );
  stack.output("ArtifactBucketName", store.bucketName, "Bucket of what the stages hand on");
  stack.output("ArtifactKeyArn", att(store.key, "Arn"), "The key of what the stages hand on");
  for (const [name, project] of Object.entries(projects))
    stack.output(`${name.charAt(0).toUpperCase()}${name.slice(1)}ProjectName`, ref(project), `The CodeBuild project of the ${name} stage`);
}
