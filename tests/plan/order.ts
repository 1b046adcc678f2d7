import { templateOf } from "../../lib/plan/as-template.ts";
import type { Plan } from "../../lib/plan/template.ts";

/** What each thing waits for, by name. */
type Waits = ReadonlyMap<string, ReadonlySet<string>>;

/** What can never be made, in whatever order: what waits for something that is nowhere or, round about, for itself. */
function neverMade(waits: Waits): readonly string[] {
  const made = new Set<string>();
  for (;;) {
    const next = [...waits].filter(([one, needs]) => !made.has(one) && [...needs].every((need) => made.has(need)));
    if (next.length === 0) return [...waits.keys()].filter((one) => !made.has(one));
    for (const [one] of next) made.add(one);
  }
}

/** Every value of this key in what CloudFormation gets, however deep. */
function valuesOf(template: object, wanted: string): readonly unknown[] {
  const found: unknown[] = [];
  JSON.parse(JSON.stringify(template), (key, value: unknown) => {
    if (key === wanted) found.push(value);
    return value;
  });
  return found;
}

/** Logical ids that a part of a template refers to, as CloudFormation reads it. */
function idsIn(part: object): readonly string[] {
  const subs = valuesOf(part, "Fn::Sub").flatMap((sub) => {
    const [text, own = {}]: unknown[] = Array.isArray(sub) ? sub : [sub];
    const names = [...String(text).matchAll(/\$\{(\w+)(\.\w+)*\}/g)].map(([, name = ""]) => name);
    return names.filter((name) => !Object.keys(Object(own)).includes(name));
  });
  const attributes = valuesOf(part, "Fn::GetAtt").map((given) => String(Array.isArray(given) ? given[0] : given));
  return [...valuesOf(part, "Ref").map(String), ...attributes, ...subs];
}

/** Outputs of other stacks, as `region/stack.output`. */
function readsIn(part: object): readonly string[] {
  return valuesOf(part, "Fn::GetStackOutput").map((given) => {
    const { Region, StackName, OutputName } = Object(given);
    return `${Region}/${StackName}.${OutputName}`;
  });
}

/** Resources, outputs and stacks of an environment that could never be made: CloudFormation makes a stack once all that it reads is there. */
export function impossible({ stacks }: Plan): readonly string[] {
  const templates = stacks.map((stack) => ({ place: `${stack.region}/${stack.name}`, ...templateOf(stack) }));
  const within = templates.flatMap(({ place, Resources, Outputs }) => {
    const resources = Object.entries(Resources).map(([id, one]) => [id, new Set([...idsIn(one), ...(one.DependsOn ?? [])])] as const);
    const outputs = Object.entries(Outputs).map(([name, one]) => [`output ${name}`, new Set(idsIn(one))] as const);
    return neverMade(new Map([...resources, ...outputs])).map((one) => `${place}: ${one}`);
  });
  const across = templates.flatMap(({ place, Resources, Outputs }) => [
    [place, new Set(readsIn({ Resources, Outputs }))] as const,
    ...Object.keys(Outputs).map((name) => [`${place}.${name}`, new Set([place])] as const),
  ]);
  return [...within, ...neverMade(new Map(across))];
}
