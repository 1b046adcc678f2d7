import * as pulumi from "@pulumi/pulumi";
import { partOf } from "../../aws/cidr6.ts";
import { type Source, sourceOf } from "./attributes.ts";
import { fixed, password } from "./catalog/secretsmanager.ts";
import { Document, isLeaf, isTree } from "./codecs.ts";
import { Anew, type Entry, Own } from "./entry.ts";
import { pieces } from "./text.ts";

/** A resource of the plan as Pulumi has it. */
export interface Built {
  readonly entry: Entry;
  readonly properties: object;
  readonly main: pulumi.CustomResource;
  /** The resources that hold the rest of it, by suffix. */
  readonly parts: ReadonlyMap<string, pulumi.CustomResource>;
}

/** Where the values of leaves come from. */
export interface Sources {
  /** A resource of the same stack. Throws for one that is not there. */
  resource(id: string): Built;
  /** What gives a network of the same stack its IPv6 addresses. */
  ipv6Of(vpc: string): Built;
  /** The value of another stack's output, settled. */
  output(stack: string, name: string): unknown;
  /** The resources of the part that is being made, for its `Own` values. */
  readonly owner?: { readonly main: pulumi.CustomResource; readonly parts: ReadonlyMap<string, pulumi.CustomResource> };
  /** The end of an `Anew`, where a resource is made. */
  ending?(): pulumi.Output<unknown>;
  /** A literal as the program has it, which may know a part of it only later. */
  fill(text: string): pulumi.Input<string>;
  /** Hears of everything that must be there before what is made. */
  needs(resource: pulumi.Resource): void;
}

/** Turns a plan's data into what Pulumi takes: leaves become outputs, documents JSON made of them once. */
export function settle(value: unknown, sources: Sources): pulumi.Input<unknown> {
  if (value instanceof Document) return pulumi.jsonStringify(settle(value.tree, sources));
  if (value instanceof Own) return ownOutput(value, sources);
  if (value instanceof Anew) return pulumi.interpolate`${sources.fill(value.text)}-${sources.ending?.()}`;
  if (Array.isArray(value)) return value.map((one) => settle(one, sources));
  if (typeof value === "string") return sources.fill(value);
  if (!isTree(value)) return value;
  if (isLeaf(value)) return leaf(value, sources);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, settle(inner, sources)]));
}

function leaf(value: Readonly<Record<string, unknown>>, sources: Sources): pulumi.Input<unknown> {
  const [[key, given] = []] = Object.entries(value);
  switch (key) {
    case "Ref":
      return refer(String(given), undefined, sources);
    case "Fn::GetAtt":
      return Array.isArray(given) ? refer(String(given[0]), String(given[1]), sources) : undefined;
    case "Fn::Sub":
      return substitute(given, sources);
    case "Fn::Base64":
      return pulumi.all([settle(given, sources)]).apply(([text]) => Buffer.from(String(text)).toString("base64"));
    case "Fn::Select":
      return addresses(given, sources);
    case "Fn::GetStackOutput": {
      const { StackName, OutputName } = isTree(given) ? given : {};
      return sources.output(String(StackName), String(OutputName));
    }
    default:
      throw new Error(`${key} is no function of a plan`);
  }
}

/** The IPv6 addresses of a network, or one of the blocks in them. In Pulumi what asked AWS for them knows them first, not the network. */
function addresses(given: unknown, sources: Sources): pulumi.Input<unknown> {
  const [index, of]: unknown[] = Array.isArray(given) ? given : [];
  const { "Fn::GetAtt": attribute, "Fn::Cidr": parts } = isTree(of) ? of : {};
  if (Array.isArray(attribute)) return outputAt(sources.ipv6Of(String(attribute[0])).main, "ipv6CidrBlock");
  const [whole, , bits]: unknown[] = Array.isArray(parts) ? parts : [];
  const prefix = 128 - Number(bits);
  return pulumi.all([settle(whole, sources)]).apply(([block]) => partOf(String(block), Number(index), prefix) ?? `${block}[${index}]`);
}

function refer(id: string, attribute: string | undefined, sources: Sources): pulumi.Input<unknown> {
  const { entry, main, parts } = sources.resource(id);
  // A bucket without its encryption, or a role without its rights, is not there yet.
  for (const part of parts.values()) sources.needs(part);
  return valueAt(main, sourceOf(entry, attribute));
}

/** One key of a secret of the same stack. */
export const secretRead = /^\{\{resolve:secretsmanager:\$\{(\w+)\}:SecretString:(\w+)\}\}$/;

function substitute(given: unknown, sources: Sources): pulumi.Input<unknown> {
  const [text, values]: unknown[] = Array.isArray(given) ? given : [given];
  const secret = secretRead.exec(String(text));
  if (secret) return secretValue(sources.resource(secret[1] ?? ""), secret[2] ?? "", sources);
  const own = isTree(values) ? values : {};
  const parts = pieces(String(text)).map((piece) => {
    if (typeof piece === "string") return sources.fill(piece);
    return piece.id in own ? settle(own[piece.id], sources) : refer(piece.id, piece.attribute, sources);
  });
  return pulumi.all(parts).apply((all) => all.join(""));
}

/** CloudFormation reads a secret at deployment; here it is the password that the first version was made of. */
function secretValue({ properties, parts }: Built, key: string, { needs }: Sources): pulumi.Input<unknown> {
  const generated: unknown = Reflect.get(properties, "GenerateSecretString");
  const made = parts.get(password);
  if (!isTree(generated) || !made) throw new Error("only a generated secret can be read by a plan");
  for (const part of parts.values()) needs(part);
  // The provider says of the result itself that it is a secret.
  return generated.GenerateStringKey === key ? outputAt(made, "result") : fixed(generated)[key];
}

function ownOutput({ path, part }: Own, { owner }: Sources): pulumi.Output<unknown> {
  const from = part === undefined ? owner?.main : owner?.parts.get(part);
  if (!from) throw new Error(`there is no ${part ?? "owner"} to read ${path} of`);
  return outputAt(from, path);
}

function valueAt(resource: pulumi.CustomResource, source: Source): pulumi.Input<unknown> {
  if ("constant" in source) return source.constant;
  const value = outputAt(resource, source.output);
  return source.appended === undefined ? value : value.apply((text) => `${String(text)}${source.appended}`);
}

/** An output of a resource: `masterUserSecrets.0.secretArn` → `resource.masterUserSecrets[0].secretArn`. */
export function outputAt(resource: pulumi.CustomResource, path: string): pulumi.Output<unknown> {
  const [first = "", ...rest] = path.split(".");
  const found: unknown = Reflect.get(resource, first);
  if (!pulumi.Output.isInstance<unknown>(found)) throw new Error(`${resource.constructor.name} has no output ${first}`);
  return rest.reduce((value, step) => value.apply((inner) => member(inner, step)), found);
}

const member = (value: unknown, step: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
