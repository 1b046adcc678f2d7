import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { throughBucket, type World, worldOf } from "../world.ts";

const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/e-cross-account-pipeline"));
const frankfurt = { region: "eu-central-1", short: "euc1" };

export const tools = worldOf(config, "tools", { account: "111111111111", ...frankfurt });
export const staging = worldOf(config, "staging", { account: "222222222222", ...frankfurt });
export const production = worldOf(config, "production", { account: "333333333333", ...frankfurt });
export const stages = [staging, production] as const;
export const worlds = [tools, ...stages] as const;
export const otherAccount = "999988887777";

export const artifacts = tools.bucket("artifacts");
export const registry = tools.at("ecr", `repository/${tools.called("api")}`);
export const pipelineArn = tools.at("codepipeline", tools.called("delivery"));
export const project = (thing: string): string => tools.at("codebuild", `project/${tools.called(thing)}`);
/** AWS CodeBuild User Guide, "Report group naming". */
export const reports = (thing: string, report: string): string => tools.at("codebuild", `report-group/${tools.called(thing)}-${report}`);
export const connection = tools.at("codeconnections", "connection/5f0e1d2c-3b4a-4958-8776-655443322110");

export const clusterOf = ({ name, called }: World): string => (name === "production" ? "platform" : called("cluster"));

export const throughS3 = throughBucket("eu-central-1", artifacts);
