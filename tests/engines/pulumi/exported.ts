import type { Graph } from "../../../lib/engines/pulumi/graph.ts";
import { marked } from "../../../lib/engines/pulumi/marks.ts";
import { references } from "../../../lib/plan/as-template.ts";
import { isStackOutput } from "../../../lib/plan/stack-outputs.ts";
import type { Plan } from "../../../lib/plan/template.ts";

/** Outputs that a program exports otherwise than the plan tells: not at all, of another resource, or as another text. */
export const otherwise = ({ outputs, resources }: Graph, { stacks }: Plan): readonly string[] =>
  stacks.flatMap((stack) => {
    const exported: object = Object(outputs[stack.name]);
    return stack.outputs.flatMap(({ name, value }) => {
      const got = String(Reflect.get(exported, name) ?? "");
      const own = [...references(value)].map((id) => `${stack.name}-${id}`);
      // A resource of the plan can be several in Pulumi, whose names begin with its own.
      const of = marked(got).flatMap((part) => (typeof part === "string" ? [] : (resources[part.index]?.name ?? "nothing")));
      const strange = of.filter((one) => !own.some((known) => one === known || one.startsWith(`${known}-`)));
      // What another stack offers is compared there.
      const same = isStackOutput(value) ? got !== "" : typeof value === "string" ? got === value : of.length > 0 && strange.length === 0;
      if (same) return [];
      return [`${stack.name}: ${name} is ${JSON.stringify(value)} in the plan, "${got}" of ${of.join(", ") || "nothing"} in Pulumi`];
    });
  });
