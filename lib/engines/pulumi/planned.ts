import type { Plan } from "../../plan/template.ts";

/** What a Pulumi resource is in the plan. */
export interface Planned {
  readonly stack: string;
  /** The block that it belongs to; "" for the stack itself. */
  readonly component: string;
  readonly id: string;
  readonly of: string;
}

/** Finds what a URN is in the plan: a resource or a part of one. Pulumi documentation, "URNs": stack, project, types of the parents and own, name. */
export function plannedBy({ stacks }: Plan): (urn: string) => Planned | undefined {
  const known = new Map<string, Planned>(
    stacks.flatMap(({ name: stack, resources }) =>
      resources.map(({ id, block, type }) => [`${stack}-${id}`, { stack, component: block, id, of: type }] as const),
    ),
  );
  return (urn) => {
    const [, , types = "", ...rest] = urn.split("::");
    const [type = "", name] = [types.split("$").at(-1), rest.join("::")];
    const whole = known.get(name);
    if (whole) return whole;
    const cut = name.lastIndexOf("-");
    const owner = known.get(name.slice(0, cut));
    return owner && { ...owner, id: `${owner.id}/${name.slice(cut + 1)}`, of: type };
  };
}
