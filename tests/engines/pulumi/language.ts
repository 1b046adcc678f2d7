import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Server as GrpcServer, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { Server, ServerCredentials, status }: typeof import("@grpc/grpc-js") = load("@grpc/grpc-js");
const { LanguageRuntimeService } = load("@pulumi/pulumi/proto/language_grpc_pb.js");
const language: typeof import("@pulumi/pulumi/proto/language_pb.js") = load("@pulumi/pulumi/proto/language_pb.js");
const plugins: typeof import("@pulumi/pulumi/proto/plugin_pb.js") = load("@pulumi/pulumi/proto/plugin_pb.js");
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = load("google-protobuf/google/protobuf/empty_pb.js");

export interface Language {
  /** For `PULUMI_DEBUG_LANGUAGES`. */
  readonly attach: string;
  close(): void;
}

type Call<Request> = ServerUnaryCall<Request, unknown>;
type Done = sendUnaryData<unknown>;

/**
 * In the place of pulumi-language-nodejs, which comes with a release of Pulumi and not with its Go modules: it starts the host that is in
 * @pulumi/pulumi, as that one does.
 */
export async function nodeLanguage(): Promise<Language> {
  let engine = "";
  const verbs: UntypedServiceImplementation = {
    handshake: ({ request }: Call<InstanceType<typeof language.LanguageHandshakeRequest>>, done: Done) => {
      engine = request.getEngineAddress();
      done(null, new language.LanguageHandshakeResponse());
    },
    getPluginInfo: (_call: Call<unknown>, done: Done) => done(null, new plugins.PluginInfo().setVersion("3.270.0")),
    getRequiredPackages: (_call: Call<unknown>, done: Done) => done(null, new language.GetRequiredPackagesResponse()),
    run: ({ request }: Call<InstanceType<typeof language.RunRequest>>, done: Done) => {
      run(request, engine).then(
        (said) => done(null, new language.RunResponse().setError(said).setBail(said !== "")),
        (error: Error) => done({ code: status.INTERNAL, details: error.message }),
      );
    },
    cancel: (_call: Call<unknown>, done: Done) => done(null, new Empty()),
  };
  const refuse = (_call: unknown, done: Done) => done({ code: status.UNIMPLEMENTED, details: "the stand-in has no such verb" });
  const server: GrpcServer = new Server({ "grpc.max_receive_message_length": 2 ** 28 });
  server.addService(
    LanguageRuntimeService,
    Object.fromEntries(Object.keys(LanguageRuntimeService).map((verb) => [verb, verbs[verb] ?? refuse])),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { attach: `nodejs:${port}`, close: () => server.forceShutdown() };
}

/** What the program says when it fails, or nothing. */
async function run(request: InstanceType<typeof language.RunRequest>, engine: string): Promise<string> {
  const info = request.getInfo();
  const options: readonly (readonly [string, string])[] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engine],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["stack", request.getStack()],
    ["parallel", String(request.getParallel())],
    ["root-directory", info?.getRootDirectory() ?? ""],
    ["pwd", request.getPwd()],
  ];
  const child = spawn(
    process.execPath,
    [
      load.resolve("@pulumi/pulumi/cmd/run"),
      ...options.flatMap(([name, value]) => [`--${name}`, value]),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info?.getEntryPoint() ?? ".",
    ],
    {
      cwd: request.getPwd(),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: "false",
      },
    },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  const exit = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return exit === 0 ? "" : said || `the program ended with ${exit}`;
}
