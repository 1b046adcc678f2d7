import { createRequire } from "node:module";
import resources, {
  type ReadResourceRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { Graph, Node } from "./graph.ts";
import { idMark, marksOf, named } from "./marks.ts";
import { asSecret, plain } from "./wire.ts";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb.js") = load("google-protobuf/google/protobuf/struct_pb.js");
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = load("google-protobuf/google/protobuf/empty_pb.js");

/** The stack that a captured program believes to run in, and what it is told there. */
export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  /** Signs masked secrets: with the same key the same secret looks the same. */
  readonly key: string;
  /** The outputs of the stack's last deploy, which a program may read by a reference to itself. */
  readonly previous?: Readonly<Record<string, unknown>>;
}

type Answer<Response> = (error: Error | null, response?: Response) => void;
type Verb = (request: never, answer: Answer<unknown>) => void;

/** What a program registers while it runs, and what went wrong after it had ended. */
export interface Watched {
  readonly monitor: Readonly<Record<string, Verb>>;
  readonly graph: Graph;
  readonly errors: string[];
}

/**
 * Stands in the place of Pulumi's engine: takes every resource, makes none, and answers with marks for what AWS would say. A registration that is
 * wrong is noted and answered all the same, since a refused one surfaces as an unhandled rejection.
 */
export function watch(options: MonitorOptions): Watched {
  const [nodes, invokes, errors]: [Node[], string[], string[]] = [[], [], []];
  const outputs: Record<string, unknown> = {};
  const urns = new Set<string>();
  const monitor: Record<string, Verb> = {
    supportsFeature: (_request, answer) => answer(null, new resources.SupportsFeatureResponse().setHassupport(true)),
    getDeploymentInfo: (_request, answer) => {
      const features = Object.values(resources.ResourceMonitorFeature).filter((one) => typeof one === "number");
      answer(null, new resources.DeploymentInfo().setSupportedfeaturesList(features));
    },
    registerPackage: (_request, answer) => answer(null, new resources.RegisterPackageResponse().setRef("package")),
    signalAndWaitForShutdown: (_request, answer) => answer(null, new Empty()),
    registerResource: (request: RegisterResourceRequest, answer) => {
      const node = nodeOf(request, options, nodes);
      if (urns.has(node.urn)) errors.push(`two resources are ${node.type} named ${node.name}: their URN ${node.urn} is one`);
      urns.add(node.urn);
      nodes.push(node);
      answer(null, registered(request, node, nodes.length - 1));
    },
    registerResourceOutputs: (request: RegisterResourceOutputsRequest, answer) => {
      if (request.getUrn().includes("::pulumi:pulumi:Stack::"))
        Object.assign(outputs, values(request.getOutputs(), options.key, nodes).plain);
      answer(null, new Empty());
    },
    readResource: (request: ReadResourceRequest, answer) => {
      if (request.getType() !== "pulumi:pulumi:StackReference") return answer(new Error("a captured program cannot read what is in AWS"));
      const read = { name: request.getName(), outputs: options.previous ?? {}, secretOutputNames: [] };
      answer(
        null,
        new resources.ReadResourceResponse().setUrn(urnOf("", request.getType(), request.getName(), options)).setProperties(struct(read)),
      );
    },
    invoke: (request: ResourceInvokeRequest, answer) => {
      invokes.push(request.getTok());
      answer(null, new resources.ResourceInvokeResponse().setReturn(struct({})));
    },
    call: (_request, answer) => answer(new Error("a captured program cannot call the methods of a resource")),
  };
  return { monitor, graph: { resources: nodes, invokes, outputs }, errors };
}

// Structs hold JSON alone, which the declarations say of their values and not of ours.
const struct = (value: object) => Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

function registered(request: RegisterResourceRequest, node: Node, index: number) {
  const given = request.getObject()?.toJavaScript() ?? {};
  const response = new resources.RegisterResourceResponse().setUrn(node.urn);
  if (!node.custom) return response.setObject(struct(given));
  const secret = request.getAdditionalsecretoutputsList();
  const marks = Object.entries(marksOf(node.type, index)).map(([name, value]) => [name, secret.includes(name) ? asSecret(value) : value]);
  return response.setId(idMark(index)).setObject(struct({ ...given, ...Object.fromEntries(marks) }));
}

function values(given: { toJavaScript(): unknown } | undefined, key: string, nodes: readonly Node[]) {
  const found = { secrets: [], from: new Set<string>(), key, stable: (value: unknown) => named(value, nodes) };
  const read = plain(given?.toJavaScript() ?? {}, "", found);
  return { plain: typeof read === "object" && read !== null ? { ...read } : {}, ...found };
}

function nodeOf(request: RegisterResourceRequest, options: MonitorOptions, nodes: readonly Node[]): Node {
  const { plain: inputs, secrets, from } = values(request.getObject(), options.key, nodes);
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, name) => {
    if (urns.getUrnsList().length > 0) propertyDependencies[name] = urns.getUrnsList().sort();
  });
  return {
    urn: urnOf(request.getParent(), request.getType(), request.getName(), options),
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    provider: request.getProvider(),
    inputs,
    dependencies: [...new Set([...request.getDependenciesList(), ...from])].sort(),
    propertyDependencies,
    secrets,
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    customTimeouts: timeoutsIn(request),
    aliases: request.getAliasesList().map((alias) => alias.toObject()),
    // Pulumi tells the line that calls it, which may be one of a package or of ours; a capture knows better.
    source: undefined,
  };
}

/** Pulumi sends a limit that nobody set as an empty text. */
function timeoutsIn(request: RegisterResourceRequest): Node["customTimeouts"] {
  const said = request.getCustomtimeouts();
  const limits = { create: said?.getCreate() ?? "", update: said?.getUpdate() ?? "", delete: said?.getDelete() ?? "" };
  return Object.values(limits).every((limit) => limit === "") ? undefined : limits;
}

/** Pulumi documentation, "URNs": the types of the parents stand before the resource's own. */
function urnOf(parent: string, type: string, name: string, { stack, project }: MonitorOptions): string {
  const above = parent === "" || parent.includes("::pulumi:pulumi:Stack::") ? "" : `${parent.split("::")[2]}$`;
  return `urn:pulumi:${stack}::${project}::${above}${type}::${name}`;
}
