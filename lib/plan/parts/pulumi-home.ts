import { capitalised, nameOf } from "../../aws/names.ts";
import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Project } from "../blocks/build-project.ts";
import { deploymentLogger } from "../blocks/deployment-logger.ts";
import { logBucket } from "../blocks/log-bucket.ts";
import { network } from "../blocks/network.ts";
import type { BuildElsewhere } from "../blocks/pulumi-actions.ts";
import { type Pulumi, pulumiBuild } from "../blocks/pulumi-builds.ts";
import { releaseBuild } from "../blocks/release-build.ts";
import { letOut, securityGroup } from "../blocks/security-group.ts";
import { networkOf, siteOf } from "../settings.ts";
import type { Draft, Site } from "../stack.ts";
import { att, ref } from "../template.ts";
import { deliveredService, forBuilds } from "./delivered-service.ts";
import { type Home, pulumiPipeline } from "./pulumi-pipeline.ts";
import { central, type Regional, regional } from "./regional.ts";

/** Begins a stack of the home environment, also in another region than its own. */
export type Begin = (region: Region, part: string) => Draft;

/**
 * One pipeline for several environments in several regions and accounts, which deploys by running Pulumi (system C): a store, a key and the
 * builds of each region; a function that records every deploy; and the pipeline.
 */
export function pulumiHome(begin: Begin, config: Config, environment: Environment): void {
  const { monitoring } = config;
  const { delivery } = deliveredService(config);
  const [region] = environment.regions;
  if (!delivery.pulumi || !region)
    throw new Error(`${environment.name} is no home of a pipeline that runs Pulumi; the rules let this pass`);
  const home = siteOf(config, environment, region);
  const sites = delivery.stages.map((name) => siteOfStage(config, name));

  const first = begin(region, "base");
  const logs = logBucket(first.block("Storage"), monitoring.logRetention);
  const own = regional(first, logs);
  const { topicArn, codeBucket } = central(first, logs, monitoring.emails);
  const others = [...new Set(sites.map((site) => site.region))].filter((one) => one !== region);
  const places = [
    { region, offered: own },
    ...others.map((one) => {
      const stack = begin(one, "base");
      return { region: one, offered: regional(stack, logBucket(stack.block("Storage"), monitoring.logRetention)) };
    }),
  ];

  const builds = new Map<string, Builds>();
  for (const place of places) {
    const here = sites.filter((site) => site.region === place.region);
    if (here.length === 0) continue;
    const stack = begin(place.region, "deploys");
    for (const [stage, build] of deploys(stack, config, delivery.pulumi, home, place.offered, here)) builds.set(stage, build);
  }
  const logger = recorder(begin(region, "logger"), config, environment, { own, topicArn, codeBucket });
  pulumiPipeline(begin(region, "pipeline"), config, {
    own,
    elsewhere: places.slice(1).map((place) => ({ region: place.region, store: place.offered.store })),
    targets: sites.map((site) => ({ site, url: addressOf(config, site.environment), ...buildsOf(builds, site.environment) })),
    topicArn,
    logger,
  });
}

/** What deploys to a stage, and what releases to it. */
type Builds = Pick<Home["targets"][number], "build" | "release">;

/** The builds of a region that deploy and release, each for one stage and with a role of its own (C04, C23). */
function deploys(
  stack: Draft,
  config: Config,
  pulumi: Pulumi,
  home: Site,
  offered: Regional,
  stages: readonly Site[],
): readonly (readonly [string, Builds])[] {
  const common = forBuilds(config, offered);
  const block = stack.block("Builds");
  const offer = (verb: string, { environment }: Site, made: Project): BuildElsewhere => {
    const name = `${capitalised(verb)}${capitalised(environment)}Project`;
    return {
      name: stack.output(`${name}Name`, ref(made), `The CodeBuild project that ${verb}s to ${environment}`),
      arn: stack.output(`${name}Arn`, att(made, "Arn"), "The same project by its ARN"),
      region: stack.site.region,
    };
  };
  return stages.map((site) => [
    site.environment,
    {
      build: offer("deploy", site, pulumiBuild(block, common, pulumi, home, site)),
      release: offer("release", site, releaseBuild(block, common, config, pulumi, home, site)),
    },
  ]);
}

interface Given {
  readonly own: Regional;
  readonly topicArn: Value<string>;
  readonly codeBucket: Value<string>;
}

/** The function that records deploys, in a network from which it reaches CodePipeline and nothing else (C09). */
function recorder(stack: Draft, config: Config, environment: Environment, { own, topicArn, codeBucket }: Given): Home["logger"] {
  const { site } = stack;
  const needs = networkOf(config, environment, site.region, own.logsKey);
  const ground = network(stack.block("Network"), { ...needs, nat: "none", endpoints: ["codepipeline"], ipv6: false });
  stack.output("VpcId", ground.vpcId, "The network");
  ground.privateSubnetIds.forEach((id, at) => {
    stack.output(`PrivateSubnet${at + 1}Id`, id, `Private subnet in zone ${at + 1}`);
  });
  const groups = stack.block("Groups");
  const side = securityGroup(groups, ground.vpcId, "logger", "The function that records deploys");
  letOut(groups, side, "endpoints", 443, environment.cidr, "HTTPS to the endpoint of CodePipeline");
  const made = deploymentLogger(stack.block("Logger"), {
    codeBucket,
    subnetIds: ground.privateSubnetIds,
    groupIds: [side.groupId],
    logsKey: own.logsKey,
    logDays: config.monitoring.logRetention,
    pipelineName: nameOf("pipeline", site, "delivery"),
    stages: config.delivery?.stages ?? [],
    topicArn,
  });
  return {
    name: stack.output("LoggerName", ref(made), "The function that records deploys"),
    arn: stack.output("LoggerArn", att(made, "Arn"), "The same function by its ARN"),
  };
}

function siteOfStage(config: Config, name: string): Site {
  const environment = config.environments.find((one) => one.name === name);
  const [region] = environment?.regions ?? [];
  if (!environment || !region) throw new Error(`${name} is no stage; the rules let this pass`);
  return siteOf(config, environment, region);
}

function addressOf({ environments }: Config, name: string): string {
  const domain = environments.find((one) => one.name === name)?.domain;
  if (domain === undefined) throw new Error(`${name} has no domain; the rules let this pass`);
  return `https://${domain}`;
}

function buildsOf(builds: ReadonlyMap<string, Builds>, stage: string): Builds {
  const found = builds.get(stage);
  if (!found) throw new Error(`no build deploys to ${stage}`);
  return found;
}
