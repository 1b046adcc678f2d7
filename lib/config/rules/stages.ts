import type { Config } from "../config.ts";
import type { Environment } from "../schema/environment.ts";
import type { Findings, Rule } from "./rule.ts";

/** One pipeline for several environments needs a home and stages, each an environment of its own and reachable by name. */
export const stagesKnown: Rule = (config) => {
  const { delivery, environments } = config;
  if (!delivery) return undefined;
  const { home, stages } = delivery;
  const known = new Map(environments.map((one) => [one.name, one]));
  const names = `write one of: ${[...known.keys()].join(", ")}`;
  if (home === undefined)
    return stages.length > 0
      ? { path: ["delivery", "home"], fix: "name the environment that holds the pipeline for these stages" }
      : undefined;
  const place = known.get(home);
  if (stages.length === 0)
    return { path: ["delivery", "stages"], fix: "name the environments that the pipeline deploys to, in their order" };
  return [
    place ? undefined : { path: ["delivery", "home"], fix: names },
    ...stages.map((name, at): Findings => {
      const path = ["delivery", "stages", at];
      const stage = known.get(name);
      if (!stage) return { path, fix: names };
      if (name === home) return { path, fix: "leave it out: the home of the pipeline holds no service" };
      if (stages.indexOf(name) !== at) return { path, fix: "leave it out: it is a stage already" };
      return [() => regionOfHome(config, stage, place), () => registryOfHome(stage, home), () => domainNamed(stage)];
    }),
  ];
};

/** CodePipeline deploys in the region that it is in. */
function regionOfHome({ engine }: Config, stage: Environment, home: Environment | undefined): Findings {
  return home && engine !== "pulumi" && stage.regions[0] !== home.regions[0]
    ? {
        path: ["environments", stage.name, "regions"],
        fix: `write ${home.regions[0]}, where the pipeline is, or take the engine "pulumi", whose pipeline crosses regions`,
      }
    : undefined;
}

function registryOfHome({ name, existing }: Environment, home: string): Findings {
  return existing.registry === undefined
    ? undefined
    : { path: ["environments", name, "existing", "registry"], fix: `name it in "${home}", where the images of all stages are pushed to` };
}

function domainNamed({ name, domain }: Environment): Findings {
  return domain === undefined
    ? { path: ["environments", name, "domain"], fix: "name the domain: the pipeline asks each stage under it after a deploy" }
    : undefined;
}
