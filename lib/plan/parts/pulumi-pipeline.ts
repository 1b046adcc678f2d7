import { capitalised } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { ArtifactStore } from "../blocks/artifacts.ts";
import type { Project } from "../blocks/build-project.ts";
import { builds, integrationBuild, scannedSource, smokeBuild } from "../blocks/builds.ts";
import { deliveryDashboard, durationAlarm } from "../blocks/delivery-watch.ts";
import { describePipeline, pipeline, pipelineArn, type Stage, type StoreElsewhere } from "../blocks/pipeline.ts";
import { buildImage, fetchSource, runTests, scanImage, smokeTest } from "../blocks/pipeline-actions.ts";
import { pipelineAlarm } from "../blocks/pipeline-alarms.ts";
import { pipelineNotices } from "../blocks/pipeline-notices.ts";
import { approvePreview, type BuildElsewhere, preview, recordDeploy, releaseTo, testTogether, update } from "../blocks/pulumi-actions.ts";
import { type Source, source } from "../blocks/source.ts";
import type { Block, Draft, Site } from "../stack.ts";
import { ref } from "../template.ts";
import { deliveredService, forBuilds } from "./delivered-service.ts";
import { imagesOf } from "./home.ts";
import type { Regional } from "./regional.ts";

/** A stage: where Pulumi deploys to, under which address it answers, the build that deploys there and the one that releases. */
export interface Target {
  readonly site: Site;
  readonly url: string;
  readonly build: BuildElsewhere;
  readonly release: BuildElsewhere;
}

/** What the pipeline takes from the other stacks of its home. */
export interface Home {
  readonly own: Regional;
  readonly elsewhere: readonly StoreElsewhere[];
  readonly targets: readonly Target[];
  readonly topicArn: Value<string>;
  readonly logger: { readonly name: Value<string>; readonly arn: Value<string> };
}

type Given = NonNullable<Config["delivery"]>["source"];
type Projects = Readonly<Record<"test" | "image" | "scan" | "smoke" | "integration", Project>>;

/**
 * A push is tested, built once and scanned, and what passed the scan goes from stage to stage: previewed, approved, deployed, released, asked,
 * recorded.
 * A stage that fails is turned back and stops those after it (C11, C22, C23).
 */
export function pulumiPipeline(stack: Draft, config: Config, home: Home): void {
  const { monitoring } = config;
  const { delivery } = deliveredService(config);
  const { own, elsewhere, targets, topicArn, logger } = home;
  const code = source(stack.block("Source"), delivery.source);
  const projects = projectsOf(stack, config, home);
  const stages = stagesOf(stack, config, home, code, projects);
  const block = stack.block("Delivery");
  const made = pipeline(block, { source: code, store: own.store, elsewhere, stages });
  code.starts(stack.block("Source"), pipelineArn(block, made));
  testPullRequests(block, delivery.source, code, own.store, projects.test);

  const names = stages.map(({ name }) => name);
  pipelineNotices(stack.block("Events"), {
    pipeline: made,
    stages: names,
    topicArn,
    logsKey: own.logsKey,
    logDays: monitoring.logRetention,
  });
  const alarms = stack.block("Alarms");
  pipelineAlarm(alarms, made, topicArn);
  durationAlarm(alarms, made, longestRun(stages, delivery.buildTimeout), topicArn);
  const deployed = targets.map(({ site }) => site.environment);
  deliveryDashboard(stack.block("Watch"), { pipeline: made, builds: projects, loggerName: logger.name, stages: deployed });
  describePipeline(block, made, own.store);
  for (const [name, project] of Object.entries(projects))
    stack.output(`${capitalised(name)}ProjectName`, ref(project), `The CodeBuild project of the ${name} builds`);
}

/** Pull requests are tested by a pipeline that has no stage to deploy to: what nobody has reviewed comes near no environment (C02). */
function testPullRequests(block: Block, given: Given, code: Source, store: ArtifactStore, test: Project): void {
  if (given.kind !== "github" || !given.pullRequests) return;
  const stages: readonly Stage[] = [
    { name: "Source", actions: [fetchSource(code, store)] },
    { name: "Test", actions: [runTests(test)], triedTwice: true },
  ];
  const made = pipeline(block, {
    source: code,
    store,
    stages,
    forPullRequests: { name: "pull-requests", branches: given.branches ?? [given.branch] },
  });
  block.stack.output("PullRequestPipelineName", ref(made), "The pipeline that tests pull requests");
}

function projectsOf(stack: Draft, config: Config, { own, targets }: Home): Projects {
  const images = imagesOf(stack, config, targets);
  const block = stack.block("Builds");
  const common = forBuilds(config, own);
  const image = { service: config.services[0], registryUri: images.uri, registryArn: images.arn, readers: [], sourceFolder: scannedSource };
  return {
    ...builds(block, common, image),
    smoke: smokeBuild(block, common, config.services[0].health),
    integration: integrationBuild(block, common),
  };
}

function stagesOf(
  stack: Draft,
  { delivery }: Config,
  { own, targets, topicArn, logger }: Home,
  code: Source,
  projects: Projects,
): readonly Stage[] {
  return [
    { name: "Source", actions: [fetchSource(code, own.store)] },
    { name: "Build", actions: [runTests(projects.test), buildImage(projects.image)], triedTwice: true },
    { name: "Scan", actions: [scanImage(projects.scan)], triedTwice: true },
    ...targets.flatMap(({ site, url, build, release }, at): readonly Stage[] => {
      const stage = site.environment;
      const asked = delivery?.approval && at > 0 ? [approvePreview(stack.block("Delivery"), topicArn, stage, build)] : [];
      const tests = at === 0 ? [testTogether(projects.integration, stage)] : [];
      return [
        { name: `Check-${stage}`, actions: [preview(stage, build), ...asked], triedTwice: asked.length === 0 },
        {
          name: stage,
          actions: [update(stage, build), releaseTo(stage, release), smokeTest(projects.smoke, `Smoke-${stage}`, url, 3), ...tests],
          turnsBack: true,
        },
        // Apart from the deploy: a record that fails must not turn a good deploy back.
        { name: `Record-${stage}`, actions: [recordDeploy(stack.site, logger, site)], triedTwice: true },
      ];
    }),
  ];
}

/** Seconds that a run may take: each of its actions as long as a build may, and each approval as long as people have. */
function longestRun(stages: readonly Stage[], buildTimeout: number): number {
  const actions = stages.flatMap((stage) => stage.actions);
  const minutes = actions.map(({ declaration }) => Number(declaration.TimeoutInMinutes ?? buildTimeout / 60_000));
  return minutes.reduce((sum, one) => sum + one, 0) * 60;
}
