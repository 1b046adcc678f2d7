import type { Problem } from "../problems.ts";
import type { Rule } from "./rule.ts";

/** One pipeline for several environments needs a home and stages, each an environment of its own and reachable by name. */
export const stagesKnown: Rule = ({ engine, environments, delivery }) => {
  if (!delivery) return undefined;
  const { home, stages } = delivery;
  const known = new Map(environments.map((one) => [one.name, one]));
  const names = `write one of: ${[...known.keys()].join(", ")}`;
  if (home === undefined)
    return stages.length > 0
      ? { path: ["delivery", "home"], fix: "name the environment that holds the pipeline for these stages" }
      : undefined;
  const place = known.get(home);
  if (!place) return { path: ["delivery", "home"], fix: names };
  if (stages.length === 0)
    return { path: ["delivery", "stages"], fix: "name the environments that the pipeline deploys to, in their order" };
  return stages.flatMap((name, at): readonly Problem[] => {
    const path = ["delivery", "stages", at];
    const stage = known.get(name);
    if (!stage) return [{ path, fix: names }];
    if (name === home) return [{ path, fix: "leave it out: the home of the pipeline holds no service" }];
    if (stages.indexOf(name) !== at) return [{ path, fix: "leave it out: it is a stage already" }];
    if (engine !== "pulumi" && stage.regions[0] !== place.regions[0])
      return [
        {
          path: ["environments", name, "regions"],
          fix: `write ${place.regions[0]}, where the pipeline is, or take the engine "pulumi", whose pipeline crosses regions`,
        },
      ];
    if (stage.existing.registry !== undefined)
      return [
        { path: ["environments", name, "existing", "registry"], fix: `name it in "${home}", where the images of all stages are pushed to` },
      ];
    return stage.domain === undefined
      ? [{ path: ["environments", name, "domain"], fix: "name the domain: the pipeline asks each stage under it after a deploy" }]
      : [];
  });
};
