import { z } from "zod";
import { section, time, urlPath, whole } from "../values.ts";
import { gates } from "./gates.ts";

const weightFix = "write a number above 0 and up to 100";

/** AWS CodeBuild API reference, CreateProject: name. */
const projectFix = 'write the name of a project of CodeBuild, such as "shop-image"';

const probe = section({
  path: urlPath.describe("Path that is asked with `GET`."),
  status: whole(100, 599).optional().describe("Status that must come back. Without it: any 2xx or 3xx."),
}).transform(({ path, status }) => ({ path, status: status === undefined ? ("2xx-3xx" as const) : [status] }));

/** How traffic moves from the live version to the candidate, and what may stop it. */
export const rollout = section({
  weightHolder: z
    .enum(["release", "engine", "codedeploy", "ecs"], { error: 'write "release", "engine", "codedeploy" or "ecs"' })
    .prefault("release")
    .describe(
      "Who moves the weights on AWS: Sluice's release, one legal step per deploy of the engine (Pulumi only), AWS CodeDeploy, or ECS by its own blue/green deployments. Where AWS does, `sluice release` tells it the version, follows it, and stops it when a gate fails.",
    ),
  router: z
    .enum(["listener", "dns"], { error: 'write "listener" or "dns"' })
    .prefault("listener")
    .describe("What applies the weights on AWS: one load balancer's rule, or DNS between a load balancer for each colour."),
  host: z
    .enum(["command-line", "lambda"], { error: 'write "command-line" or "lambda"' })
    .prefault("command-line")
    .describe(
      "Where a release runs on AWS once it is planned: with the command line that began it, or in a Lambda function inside the environment's network, which needs nobody's machine to stay on.",
    ),
  weights: z
    .array(z.number({ error: weightFix }).gt(0, weightFix).lte(100, weightFix), { error: "write a list of numbers, such as [10, 50, 100]" })
    .prefault([10, 50, 100])
    .describe("Shares of the traffic in % that the candidate gets, one after the other; they rise and end at 100."),
  bake: time().prefault("5m").describe("How long the gates must hold at each weight."),
  finalBake: time().prefault("5m").describe("How long the gates must hold at 100 once more before the old version is drained."),
  keepWarm: time().prefault("5m").describe("How long the old version keeps running without traffic, so that a rollback is immediate."),
  rollback: z
    .enum(["all", "wave"], { error: 'write "all" or "wave"' })
    .prefault("wave")
    .describe(
      "What goes back when a region fails: that region alone, and those before it keep the new version, or all of them, whose old versions then run until the last region has passed.",
    ),
  readEvery: time(10).prefault("1s").describe("Time between two readings of the gates."),
  minRequests: whole(1, 1_000_000).prefault(50).describe("Requests that a gate needs in its window; with fewer it waits."),
  dataLimit: time().prefault("2m").describe("How long a gate may wait for data beyond the bake before it fails."),
  topUp: z
    .boolean({ error: "write true or false" })
    .prefault(true)
    .describe("Whether synthetic requests are sent when there is too little traffic to judge."),
  gates,
  probes: z
    .array(probe, { error: 'write a list such as [{ path: "/health", status: 200 }]' })
    .optional()
    .describe("What is asked of the candidate before it gets any traffic. Without it: the service's health path."),
  builtBy: z
    .string({ error: projectFix })
    .regex(/^[A-Za-z0-9][\w-]{1,149}$/, projectFix)
    .optional()
    .describe(
      "Name of the CodeBuild project, in the account and region of an environment, whose builds alone are released: only an image that one of them has pushed with `buildspec/image.yml`, or for fleets of EC2 an archive put there with `buildspec/archive.yml`. Without it nobody checks who built a version.",
    ),
  approval: z
    .enum(["none", "before-first-shift"], { error: 'write "none" or "before-first-shift"' })
    .prefault("none")
    .describe("Whether a person must approve before the first traffic is moved."),
}).prefault({});
