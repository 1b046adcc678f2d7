import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import { servingRegions } from "../serving.ts";
import type { Findings, Rule } from "./rule.ts";

/** The waves of a release are the regions that serve callers, each once. */
export const wavesFit: Rule = (config) => config.environments.map((environment) => () => inEnvironment(config, environment));

function inEnvironment(config: Config, environment: Environment): Findings {
  const { name, waves } = environment;
  if (!waves) return undefined;
  const path: Problem["path"] = ["environments", name, "waves"];
  const { weightHolder } = config.rollout;
  if (weightHolder !== "release")
    return {
      path,
      fix: `leave it out, or write rollout.weightHolder "release": ${weightHolder} holds the weights here, and knows no waves`,
    };
  const serving = servingRegions(config, environment);
  const missing = serving.filter((region) => !waves.some((wave) => wave.region === region));
  return [
    ...waves.map(({ region }, at) => () => {
      const fix = wrongRegion(region, environment, serving, waves.findIndex((wave) => wave.region === region) < at);
      return fix === undefined ? undefined : { path: [...path, at, "region"], fix };
    }),
    missing.length > 0 ? { path, fix: `add ${missing.join(", ")}: a release reaches every region that serves callers` } : undefined,
  ];
}

function wrongRegion(region: string, { regions }: Environment, serving: readonly string[], isAgain: boolean): string | undefined {
  if (isAgain) return "leave it out: the region has a wave already";
  if (serving.includes(region)) return undefined;
  return (regions as readonly string[]).includes(region)
    ? `leave it out: ${region} rests, as the database is in ${serving[0]}`
    : `write one of this environment's regions: ${serving.join(", ")}`;
}

/** In the regions that DNS or CloudFront do not choose nobody calls, so only Sluice's own requests can be judged there. */
export const wavesAreJudged: Rule = (config) => {
  const { rollout, environments, delivery } = config;
  if (rollout.weightHolder !== "release" || rollout.topUp) return undefined;
  return environments.map(
    (environment) => () =>
      environment.name !== delivery?.home && servingRegions(config, environment).length > 1
        ? { path: ["rollout", "topUp"], fix: `write true: callers of "${environment.name}" come to one region, and a release judges each` }
        : undefined,
  );
};
