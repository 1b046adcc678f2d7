import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { type World, worldOf } from "../world.ts";

export const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/c-pulumi-pipeline"));

const ireland = { region: "eu-west-1", short: "euw1" };
const germany = { region: "eu-central-1", short: "euc1" };
const virginia = { region: "us-east-1", short: "use1" };
const account = "111111111111";

/** The home of the pipeline, seen from each region that it has builds in. */
export const tools = worldOf(config, "tools", { account, ...ireland });
export const toolsIn = {
  "eu-west-1": tools,
  "eu-central-1": worldOf(config, "tools", { account, ...germany }),
  "us-east-1": worldOf(config, "tools", { account, ...virginia }),
} as const;

export const staging = worldOf(config, "staging", { account: "222222222222", ...ireland });
export const frankfurt = worldOf(config, "frankfurt", { account: "333333333333", ...germany });
export const overseas = worldOf(config, "virginia", { account: "333333333333", ...virginia });
export const stages = [staging, frankfurt, overseas] as const;
export const worlds = [tools, ...stages] as const;
export const otherAccount = "999988887777";
export const regions = { "eu-west-1": "euw1", "eu-central-1": "euc1", "us-east-1": "use1" };

export const registry = tools.at("ecr", `repository/${tools.called("web")}`);
export const pipelineArn = tools.at("codepipeline", tools.called("delivery"));
export const logger = tools.at("lambda", `function:${tools.called("deployment-logger")}`);
export const lostQueue = tools.at("sqs", tools.called("deployment-logger-lost"));
export const notices = tools.at("sns", tools.called("notices"));
export const connection = tools.at("codeconnections", "connection/0d1c2b3a-4958-4766-8574-938271605f4e");
/** Made by a person before: the configuration names them. */
export const state = { bucket: "arn:aws:s3:::acme-pulumi-state", key: tools.at("kms", "key/1a2b3c4d-5e6f-4708-8192-a3b4c5d6e7f8") };

export const project = ({ at, called }: World, thing: string): string => at("codebuild", `project/${called(thing)}`);
/** AWS CodeBuild User Guide, "Report group naming". */
export const reports = (thing: string, report: string): string => tools.at("codebuild", `report-group/${tools.called(thing)}-${report}`);

/** The home as the region of a stage has it. */
export const homeOf = ({ region }: World): World => {
  const found = Object.values(toolsIn).find((one) => one.region === region);
  if (!found) throw new Error(`nothing is built in ${region}`);
  return found;
};
export const deployBuildOf = (stage: World): string => homeOf(stage).roleArn(`deploy-${stage.name}-build`);
export const releaseBuildOf = (stage: World): string => homeOf(stage).roleArn(`release-${stage.name}-build`);
