import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { sourceOf } from "../../../lib/engines/pulumi/attributes.ts";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import { catalog } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import { marked } from "../../../lib/engines/pulumi/marks.ts";
import { read } from "../../../lib/engines/pulumi/read.ts";
import { pieces } from "../../../lib/engines/pulumi/text.ts";
import type { Stack, Type } from "../../../lib/plan/template.ts";
import { systems } from "../../judges/systems.ts";
import { twins } from "./twins/all.ts";
import { attributes, type Given } from "./twins/attributes.ts";

const known = new Map<Given, ReturnType<typeof captureOf>>();

function reading(given: Given): ReturnType<typeof captureOf> {
  const found = known.get(given) ?? captureOf(given);
  known.set(given, found);
  return found;
}

/** The twin of a type, and a parameter for each of its outputs that holds the output. */
async function captureOf({ type, outputs }: Given) {
  const twin = twins.find((one) => one.type === type);
  let carrier = "";
  const graph = await capture({ project: "twin", stack: "test", config: { "aws:region": "eu-west-1" } }, () => {
    const made: pulumi.Resource[] = [];
    pulumi.runtime.registerStackTransformation(({ resource }) => void made.push(resource));
    twin?.make();
    const found = made.flatMap((one) => (one instanceof pulumi.CustomResource ? [outputs(one)] : [])).find((one) => one !== undefined);
    for (const [name, value] of Object.entries(found ?? {}))
      new aws.ssm.Parameter(name, { type: "String", insecureValue: pulumi.all([value]).apply(([one]) => String(one)) });
    return undefined;
  });
  for (const { type: token, name } of graph.resources) if (token === catalog[type].token) carrier ||= name;
  const read = graph.resources.filter(({ type: token, name }) => token === "aws:ssm/parameter:Parameter" && name !== carrier);
  const held = new Map(read.map(({ name, inputs }) => [name, String(inputs.insecureValue)]));
  return { graph, held, id: carrier + (catalog[type].rides?.suffix ?? "") };
}

it.each(attributes)(
  "X02 Ref and the attributes of $type are outputs of the provider's documentation, in both directions",
  async (given) => {
    const { graph, held, id } = await reading(given);
    expect(held.size).toBeGreaterThan(0);
    const back = new Map(read(graph, ({ name }) => ({ stack: "test", id: name })).resources.map((one) => [one.id, one.properties]));
    for (const [name, text] of held) {
      const [mark, appended] = marked(text);
      const source = sourceOf(catalog[given.type], name === "Ref" ? undefined : name);
      const output = typeof mark === "object" ? mark.output.replace(/^(nameServers)\.0$/, "$1") : "";
      expect(source).toEqual(appended === undefined ? { output } : { output, appended });
      const isRef = text === held.get("Ref");
      if (output !== "nameServers") expect(back.get(name)).toMatchObject({ Value: isRef ? { Ref: id } : { "Fn::GetAtt": [id, name] } });
    }
  },
);

/** What a stack refers to by each of the leaves, as type and attribute. */
function referredTo({ resources, outputs }: Stack): readonly string[] {
  const types = new Map<string, Type>(resources.map(({ id, type }) => [id, type]));
  const of = (id: string, attribute = "Ref") => (types.has(id) ? [`${types.get(id)} ${attribute}`] : []);
  const visit = (value: unknown): readonly string[] => {
    if (typeof value !== "object" || value === null) return [];
    const { Ref: ref, "Fn::GetAtt": attribute, "Fn::Sub": text }: Record<string, unknown> = { ...value };
    const [template]: unknown[] = Array.isArray(text) ? text : [text];
    return [
      ...(typeof ref === "string" ? of(ref) : []),
      ...(Array.isArray(attribute) ? of(String(attribute[0]), String(attribute[1])) : []),
      ...(typeof template === "string"
        ? pieces(template).flatMap((one) => (typeof one === "string" ? [] : of(one.id, one.attribute)))
        : []),
      ...Object.values(value).flatMap(visit),
    ];
  };
  return [...resources.map(({ properties }) => properties), ...outputs.map(({ value }) => value)].flatMap(visit);
}

it("every attribute that a plan refers to, and every one that the catalog states, is looked at", async () => {
  const looked = new Set<string>();
  for (const given of attributes) for (const name of (await reading(given)).held.keys()) looked.add(`${given.type} ${name}`);
  const stated = Object.values(catalog).flatMap(({ type, attributes: own = {} }) => Object.keys(own).map((name) => `${type} ${name}`));
  const used = systems.flatMap(({ plan }) => plan.stacks.flatMap(referredTo));
  // The addresses of a network come from what asks for them, and are compared by the equivalence of the engines.
  const wanted = new Set([...stated, ...used].filter((one) => one !== "AWS::EC2::VPC Ipv6CidrBlocks"));
  expect([...wanted].filter((one) => !looked.has(one))).toEqual([]);
});
