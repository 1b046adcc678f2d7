import type { StandInProvider } from "../../engines/pulumi/stand-in.ts";

/** The weights that Pulumi's stand-in for AWS has, of the resources of a plan that hold them. */
export function inProvider({ deeds, standing }: StandInProvider, names: readonly string[]) {
  // What was moved since it was made is read by a refresh.
  const all = () =>
    names.map((name) => {
      const made = deeds.find(({ verb, urn }) => verb === "create" && urn.endsWith(`-${name}`));
      if (!made) throw new Error(`nobody made ${name}`);
      return { id: made.id, inputs: standing.get(made.id) ?? made.inputs };
    });
  return {
    read: (): string => {
      const found = all().flatMap(({ inputs }) => [...JSON.stringify(inputs).matchAll(/"weight":(\d+)/g)].map(([, weight]) => weight));
      const [blue, green] = [found.slice(0, found.length / 2), found.slice(found.length / 2)];
      return [blue, green].map((side) => [...new Set(side)].join(" and ")).join("/");
    },
    halve: (): void => {
      for (const { id, inputs } of all()) standing.set(id, JSON.parse(JSON.stringify(inputs).replaceAll(/"weight":\d+/g, '"weight":50')));
    },
  };
}
