import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Archive, archiveOf } from "../../plan/archives.ts";
import { references } from "../../plan/as-template.ts";
import { physicalName } from "../../plan/physical-name.ts";
import { sourceOf } from "../../plan/source.ts";
import type { Plan, Resource, Stack } from "../../plan/template.ts";
import { argumentsOf } from "./arguments.ts";
import { catalog, refuseUnknown } from "./catalog/catalog.ts";
import { classOf } from "./classes.ts";
import type { Entry, Ride, Token, Tree } from "./entry.ts";
import { type Made, toPulumi } from "./forward.ts";
import { refuseUnresolvable } from "./resolvable.ts";
import { schema } from "./schema.ts";
import { type Built, outputAt, type Sources, settle } from "./settle.ts";
import { madeFor } from "./sources.ts";

/** The component that an environment is, in whatever program it stands. */
export const environmentType = "sluice:index:TapStack";

/** A whole program for a plan: the component of the environment, named after the project, and its outputs by stack. */
export function environmentProgram(project: string, plan: Plan): Rendered["outputs"] {
  return renderPlan(plan, { parent: new pulumi.ComponentResource(environmentType, project) }).outputs;
}

/** A plan as Pulumi resources. */
export interface Rendered {
  /** The outputs of every stack, by the stack's name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, pulumi.Output<unknown>>>>>;
}

/** Where a plan's resources go in somebody else's program. */
export interface Within {
  /** The component that everything belongs to. */
  readonly parent?: pulumi.Resource;
  /** A text of the plan as that program has it, which may know a part of it only later. */
  readonly fill?: Sources["fill"];
}

/**
 * Makes every resource of a plan, in all of its regions and accounts: one provider for each account, which refuses credentials of another one, and
 * the region by argument. Stacks and blocks are components, so that a tree of resources reads like the plan.
 */
export function renderPlan(plan: Plan, { parent, fill = (text) => text }: Within = {}): Rendered {
  refuseUnknown(plan.stacks.flatMap(({ resources }) => resources.map(({ type }) => type)));
  refuseUnresolvable(plan);
  const providers = providersOf(plan, parent);
  const renderers = new Map(plan.stacks.map((stack) => [key(stack.name, stack.region), rendererOf(stack, providers, { parent, fill })]));
  const renderer = (name: string, region: string): Renderer => {
    const found = renderers.get(key(name, region));
    if (!found) throw new Error(`the plan has no stack ${name} in ${region}`);
    return found;
  };
  const read: Read = (name, output, needs) => {
    const stack = plan.stacks.find((one) => one.name === name);
    if (!stack) throw new Error(`the plan has no stack ${name}`);
    return renderer(name, stack.region).output(output, read, needs);
  };
  for (const one of renderers.values()) one.makeAll(read);
  return { outputs: Object.fromEntries(plan.stacks.map((stack) => [stack.name, renderer(stack.name, stack.region).outputs(read)])) };
}

const key = (name: string, region: string): string => `${region} ${name}`;

type Providers = ReadonlyMap<string, aws.Provider>;

/**
 * Roles to take on come from the stack's own configuration, as for the default provider (`aws:assumeRoles`). The last of them is in one account,
 * and only the provider of that account takes them on: that of another, which would be refused, has the credentials of whoever runs the program.
 */
function providersOf({ stacks }: Plan, parent: pulumi.Resource | undefined): Providers {
  const assumeRoles = new pulumi.Config("aws").getObject<aws.types.input.ProviderAssumeRole[]>("assumeRoles");
  return new Map(
    [...new Set(stacks.map(({ account }) => account))].map((account) => {
      const region = stacks.find((stack) => stack.account === account)?.region ?? "";
      const isTheirs = String(assumeRoles?.at(-1)?.roleArn).split(":")[4] === account;
      const args = { allowedAccountIds: [account], region, ...(isTheirs && assumeRoles && { assumeRoles }) };
      return [account, new aws.Provider(account, args, parent ? { parent } : {})];
    }),
  );
}

/** The value of a stack's output; `needs` hears of what must be there before whoever reads it. */
type Read = (stack: string, output: string, needs: Sources["needs"]) => unknown;

interface Renderer {
  makeAll(read: Read): void;
  output(name: string, read: Read, needs: Sources["needs"]): unknown;
  outputs(read: Read): Readonly<Record<string, pulumi.Output<unknown>>>;
}

interface Whole {
  readonly parent: pulumi.Resource | undefined;
  readonly fill: Sources["fill"];
}

/** A stack while it is made: what a resource refers to is made before it, whatever the order of the plan. */
function rendererOf(stack: Stack, providers: Providers, { parent, fill }: Whole): Renderer {
  const own = new pulumi.ComponentResource("sluice:aws:Stack", stack.name, {}, parent ? { parent } : {});
  const blocks = new Map<string, pulumi.ComponentResource>();
  const built = new Map<string, Built>();
  const provider = providers.get(stack.account);
  if (!provider) throw new Error(`no provider of the account ${stack.account}`);
  const blockOf = (name: string): pulumi.ComponentResource => {
    const found = blocks.get(name) ?? new pulumi.ComponentResource("sluice:aws:Block", `${stack.name}-${name}`, {}, { parent: own });
    blocks.set(name, found);
    return found;
  };
  const make = (id: string, read: Read): Built => {
    const known = built.get(id);
    if (known) return known;
    const resource = stack.resources.find((one) => one.id === id);
    if (!resource) throw new Error(`the stack ${stack.name} has no resource ${id}`);
    const source = sourceOf(resource);
    const parent = madeFor(source, () => blockOf(resource.block));
    const made = build(resource, { stack, parent, provider, fill, source, resource: (other) => make(other, read), read });
    built.set(id, made);
    return made;
  };
  const output: Renderer["output"] = (name, read, needs) => {
    const found = stack.outputs.find((one) => one.name === name);
    if (!found) throw new Error(`the stack ${stack.name} has no output ${name}`);
    const resource = (id: string): Built => make(id, read);
    return settle(found.value, { resource, ipv6Of: ipv6In(stack, resource), output: (of, one) => read(of, one, needs), fill, needs });
  };
  return {
    makeAll: (read) => {
      for (const { id } of stack.resources) make(id, read);
    },
    output,
    outputs: (read) => Object.fromEntries(stack.outputs.map(({ name }) => [name, pulumi.output(output(name, read, () => undefined))])),
  };
}

interface Place {
  readonly stack: Stack;
  readonly parent: pulumi.Resource;
  readonly provider: aws.Provider;
  readonly source: string | undefined;
  readonly fill: Sources["fill"];
  resource(id: string): Built;
  readonly read: Read;
}

/** The main resource, and then its parts, one after the other: replication is refused before versioning is on. */
function build(resource: Resource, place: Place): Built {
  const entry = catalog[resource.type];
  if (entry.rides) return { ...place.resource(carrierOf(resource, entry.rides)), entry };
  const [main, ...parts] = toPulumi(entry, resource.properties, resource);
  const name = `${place.stack.name}-${resource.id}`;
  const archive = archiveOf(resource);
  const object = archive ? [create(objectOf(archive), `${name}-Archive`, place, undefined, { dependsOn: [] })] : [];
  const after = [...object, ...(resource.after ?? []).flatMap(({ id }) => all(place.resource(id)))];
  const options = {
    protect: resource.protect === true,
    retainOnDelete: resource.keep === "retain",
    // The provider would delete what has a name of its own before it makes another in its place, and the data with it: CloudFormation refuses.
    ...(physicalName(resource) !== undefined && { deleteBeforeReplace: false }),
    ...timeoutsOf(entry),
  };
  const owned = [...(resource.releaseOwns ?? []), ...(resource.begins ?? [])].flatMap((property) => argumentsOf(entry, property));
  const whole = { ...main, args: { ...main.args, ...toldByRiders(resource, place.stack) } };
  const first = create(whole, name, place, undefined, { ...options, dependsOn: after, ignoreChanges: owned });
  const rest = new Map<string, pulumi.CustomResource>();
  for (const part of parts) {
    const owner = { main: first, parts: rest };
    const made = create(part, `${name}-${part.suffix}`, place, owner, {
      retainOnDelete: options.retainOnDelete,
      dependsOn: [...after, ...rest.values()],
      ignoreChanges: [...part.ignores],
    });
    rest.set(part.suffix, made);
  }
  return { entry, properties: resource.properties, main: first, parts: rest };
}

const timeoutsOf = ({ waits }: Entry) => waits && { customTimeouts: { create: waits.create, update: waits.update, delete: waits.delete } };

/** CloudFormation has no type for what lies in a bucket, so a plan only names it. Its digest is in its name: new code is a new object. */
const objectOf = ({ bucket, name, file }: Archive) => ({
  token: "aws:s3/bucketObjectv2:BucketObjectv2" as const,
  args: { bucket, key: name, source: new pulumi.asset.FileAsset(file) },
});

/** The resource of the same stack that one rides on. */
function carrierOf({ id, properties }: Resource, { on }: Ride): string {
  const [named] = references(Reflect.get(properties, on));
  if (named === undefined) throw new Error(`${id}.${on} refers to no resource of its stack`);
  return named;
}

function toldByRiders({ id }: Resource, { resources }: Stack): Readonly<Tree> {
  const told = resources.map((one) => {
    const { rides } = catalog[one.type];
    return rides && carrierOf(one, rides) === id ? rides.told : {};
  });
  return Object.assign({}, ...told);
}

const ipv6In =
  ({ name, resources }: Stack, resource: (id: string) => Built) =>
  (vpc: string): Built => {
    const found = resources.find(({ type, properties }) => type === "AWS::EC2::VPCCidrBlock" && references(properties).has(vpc));
    if (!found) throw new Error(`nothing in ${name} gives ${vpc} addresses of IPv6`);
    return resource(found.id);
  };

const all = ({ main, parts }: Built): readonly pulumi.Resource[] => [main, ...parts.values()];

/** Eight letters and digits that the state keeps as long as it has what they are for. */
const ending = { token: "random:index/randomId:RandomId", args: { byteLength: 4 } } as const;

function create(
  { token, args }: Pick<Made, "token" | "args">,
  name: string,
  place: Place,
  owner: Sources["owner"],
  options: { readonly dependsOn: readonly pulumi.Resource[] } & Omit<pulumi.CustomResourceOptions, "dependsOn">,
): pulumi.CustomResource {
  const { stack, parent, provider, fill, source, resource, read } = place;
  const needed = new Set<pulumi.Resource>(options.dependsOn);
  const needs = (one: pulumi.Resource) => void needed.add(one);
  const output = (of: string, name: string) => read(of, name, needs);
  const end = () => outputAt(create(ending, `${name}-Ending`, place, undefined, { dependsOn: [] }), "hex");
  const sources = { resource, ipv6Of: ipv6In(stack, resource), output, ending: end, fill, needs };
  const settled = settle(args, { ...sources, ...(owner && { owner }) });
  const region = hasRegion(token) ? { region: stack.region } : {};
  const Class = classOf(token);
  const all = { ...(typeof settled === "object" ? settled : {}), ...region };
  const resourceOptions = { ...options, parent, dependsOn: [...needed], ...(token.startsWith("aws:") && { provider }) };
  return madeFor(source, () => new Class(name, all, resourceOptions));
}

const hasRegion = (token: Token): boolean => "region" in (schema.inputs[token] ?? {});
