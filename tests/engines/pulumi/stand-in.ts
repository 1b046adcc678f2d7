import { createRequire } from "node:module";
import type { Server as GrpcServer, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import providers from "@pulumi/pulumi/proto/provider_pb.js";
import { elementOf, isList, isMap, schema } from "../../../lib/engines/pulumi/schema.ts";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { Server, ServerCredentials, status }: typeof import("@grpc/grpc-js") = load("@grpc/grpc-js");
const { ResourceProviderService } = load("@pulumi/pulumi/proto/provider_grpc_pb.js");
const plugins: typeof import("@pulumi/pulumi/proto/plugin_pb.js") = load("@pulumi/pulumi/proto/plugin_pb.js");
const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb.js") = load("google-protobuf/google/protobuf/struct_pb.js");
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = load("google-protobuf/google/protobuf/empty_pb.js");

/** What a provider did, in order. */
export interface Deed {
  readonly verb: "create" | "update" | "delete";
  readonly urn: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface StandInProvider {
  /** For `PULUMI_DEBUG_PROVIDERS`: Pulumi documentation, "Debugging providers". */
  readonly attach: string;
  readonly deeds: Deed[];
  /** What others than the engine made or moved on AWS, by id: an import and a refresh read it, and an update writes over it. */
  readonly standing: Map<string, Readonly<Record<string, unknown>>>;
  /** Arguments of which a change makes another resource, in the order of the real provider: what has a name goes first. */
  readonly replacing: Set<string>;
  /** Refuses to create what has a URN with this in it, once, with the words of AWS. */
  refuse(urn: string, because: string): void;
  close(): void;
}

/** A provider that takes every resource of `aws` and `random` and remembers it, in the place of the real ones, which are programs of their own. */
export async function standInProvider(): Promise<StandInProvider> {
  const deeds: Deed[] = [];
  const refused = new Map<string, string>();
  const standing: StandInProvider["standing"] = new Map();
  const replacing = new Set<string>();
  const server: GrpcServer = new Server({ "grpc.max_receive_message_length": 2 ** 28 });
  server.addService(ResourceProviderService, implementation({ deeds, refused, standing, replacing }));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return {
    attach: `aws:${port},random:${port}`,
    deeds,
    standing,
    replacing,
    refuse: (urn, because) => refused.set(urn, because),
    close: () => server.forceShutdown(),
  };
}

type Call<Request> = ServerUnaryCall<Request, unknown>;
type Done = sendUnaryData<unknown>;

const dataOf = (given: { toJavaScript(): unknown } | undefined): Record<string, unknown> => Object(given?.toJavaScript() ?? {});
const struct = (value: object) => Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

type Memory = Pick<StandInProvider, "deeds" | "standing" | "replacing"> & { readonly refused: Map<string, string> };

function implementation({ deeds, refused, standing, replacing }: Memory): UntypedServiceImplementation {
  let made = 0;
  const verbs: UntypedServiceImplementation = {
    handshake: (_call: Call<unknown>, done: Done) =>
      done(null, new providers.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(true)),
    getPluginInfo: (_call: Call<unknown>, done: Done) => done(null, new plugins.PluginInfo().setVersion("7.48.0")),
    getSchema: (_call: Call<unknown>, done: Done) => done(null, new providers.GetSchemaResponse().setSchema("{}")),
    checkConfig: ({ request }: Call<InstanceType<typeof providers.CheckRequest>>, done: Done) =>
      done(null, new providers.CheckResponse().setInputs(request.getNews())),
    diffConfig: (_call: Call<unknown>, done: Done) => done(null, new providers.DiffResponse()),
    configure: (_call: Call<unknown>, done: Done) =>
      done(null, new providers.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true).setAcceptresources(true)),
    attach: (_call: Call<unknown>, done: Done) => done(null, new Empty()),
    cancel: (_call: Call<unknown>, done: Done) => done(null, new Empty()),
    check: ({ request }: Call<InstanceType<typeof providers.CheckRequest>>, done: Done) =>
      done(null, new providers.CheckResponse().setInputs(request.getNews())),
    diff: ({ request }: Call<InstanceType<typeof providers.DiffRequest>>, done: Done) => {
      const [before, after] = [dataOf(request.getOldInputs()), dataOf(request.getNews())];
      const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
      const apart = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
      const ignored = request.getIgnorechangesList().map((path) => path.split(/[.[]/)[0] ?? "");
      const changed = apart.filter((name) => !ignored.includes(name));
      const response = new providers.DiffResponse().setChanges(changed.length > 0 ? 2 : 1).setDiffsList(changed);
      const replaces = changed.filter((name) => replacing.has(name));
      done(null, response.setReplacesList(replaces).setDeletebeforereplace(replaces.length > 0));
    },
    create: ({ request }: Call<InstanceType<typeof providers.CreateRequest>>, done: Done) => {
      const [urn, inputs] = [request.getUrn(), dataOf(request.getProperties())];
      if (request.getPreview()) return done(null, new providers.CreateResponse().setProperties(struct(inputs)));
      const [hit, because] = [...refused].find(([part]) => urn.includes(part)) ?? [];
      if (hit !== undefined) {
        refused.delete(hit);
        return done({ code: status.UNKNOWN, details: because ?? "" });
      }
      made += 1;
      deeds.push({ verb: "create", urn, id: `id-${made}`, inputs });
      const answers = { ...answersOf(typeOf(urn), made), ...inputs };
      done(null, new providers.CreateResponse().setId(`id-${made}`).setProperties(struct(answers)));
    },
    read: ({ request }: Call<InstanceType<typeof providers.ReadRequest>>, done: Done) => {
      const found = standing.get(request.getId());
      const [properties, inputs] = found ? [struct(found), struct(found)] : [request.getProperties(), request.getInputs()];
      done(null, new providers.ReadResponse().setId(request.getId()).setProperties(properties).setInputs(inputs));
    },
    update: ({ request }: Call<InstanceType<typeof providers.UpdateRequest>>, done: Done) => {
      const inputs = dataOf(request.getNews());
      if (!request.getPreview()) {
        deeds.push({ verb: "update", urn: request.getUrn(), id: request.getId(), inputs });
        if (standing.has(request.getId())) standing.set(request.getId(), inputs);
      }
      done(null, new providers.UpdateResponse().setProperties(struct({ ...dataOf(request.getOlds()), ...inputs })));
    },
    delete: ({ request }: Call<InstanceType<typeof providers.DeleteRequest>>, done: Done) => {
      deeds.push({ verb: "delete", urn: request.getUrn(), id: request.getId(), inputs: {} });
      done(null, new Empty());
    },
    invoke: (_call: Call<unknown>, done: Done) => done(null, new providers.InvokeResponse().setReturn(struct({}))),
  };
  const refuse = (_call: unknown, done: Done) => done({ code: status.UNIMPLEMENTED, details: "the stand-in has no such verb" });
  return Object.fromEntries(Object.keys(ResourceProviderService).map((verb) => [verb, verbs[verb] ?? refuse]));
}

/** `urn:pulumi:test::shop::sluice:aws:Stack$aws:ec2/vpc:Vpc::name` → `aws:ec2/vpc:Vpc`. */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** What AWS would say of a new resource: something of the right kind for every output. */
function answersOf(type: string, number: number): Record<string, unknown> {
  const answer = (kind: string, path: string, depth: number): unknown => {
    if (isMap(kind)) return {};
    const shape = schema.outputs[elementOf(kind)];
    if (shape && depth > 2) return undefined;
    const one = shape
      ? Object.fromEntries(Object.entries(shape).map(([name, inner]) => [name, answer(inner, `${path}.${name}`, depth + 1)]))
      : elementOf(kind) === "number"
        ? number
        : elementOf(kind) === "boolean"
          ? false
          : `${path}-${number}`;
    return isList(kind) ? [one] : one;
  };
  return Object.fromEntries(Object.entries(schema.outputs[type] ?? {}).map(([name, kind]) => [name, answer(kind, name, 0)]));
}
