import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Graph } from "../../../lib/engines/pulumi/graph.ts";
import { type MonitorOptions, watch } from "../../../lib/engines/pulumi/monitor.ts";

const root = path.join(import.meta.dirname, "../../..");
const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { Server, ServerCredentials, status }: typeof import("@grpc/grpc-js") = load("@grpc/grpc-js");
const { ResourceMonitorService } = load("@pulumi/pulumi/proto/resource_grpc_pb.js");
const { EngineService } = load("@pulumi/pulumi/proto/engine_grpc_pb.js");
const engine: typeof import("@pulumi/pulumi/proto/engine_pb.js") = load("@pulumi/pulumi/proto/engine_pb.js");
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = load("google-protobuf/google/protobuf/empty_pb.js");

export interface HostRun {
  readonly exit: number | null;
  readonly graph: Graph;
  /** What the program and Pulumi's host said. */
  readonly log: string;
}

interface HostOptions extends Omit<MonitorOptions, "key"> {
  readonly program: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
}

type Call = ServerUnaryCall<unknown, unknown>;
type Done = sendUnaryData<unknown>;

/** Runs a program with Pulumi's own host for Node, as the CLI does, against our monitor behind a socket: no CLI, no account. */
export async function runHost({ program, config = {}, secretKeys = [], ...options }: HostOptions): Promise<HostRun> {
  const { monitor, graph } = watch({ ...options, key: "test" });
  const log: string[] = [];
  const server = new Server({ "grpc.max_receive_message_length": 2 ** 28 });
  server.addService(ResourceMonitorService, monitorService(monitor));
  server.addService(EngineService, engineService(log));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const address = `127.0.0.1:${port}`;
  // The CLI runs a program in the folder that it is in.
  const [pwd, file] = [path.join(root, path.dirname(program)), path.basename(program)];
  const said = ["--monitor", address, "--engine", address, "--project", options.project, "--stack", options.stack];
  const child = spawn(
    process.execPath,
    [
      load.resolve("@pulumi/pulumi/cmd/run"),
      ...said,
      "--organization",
      "organization",
      "--dry-run",
      "--parallel",
      "16",
      "--root-directory",
      root,
      "--pwd",
      pwd,
      file,
    ],
    {
      cwd: pwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        PULUMI_CONFIG: JSON.stringify(config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
        PULUMI_NODEJS_TYPESCRIPT: "false",
      },
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => log.push(String(chunk)));
  const exit = await new Promise<number | null>((resolve) => child.on("close", resolve));
  server.forceShutdown();
  return { exit, graph, log: log.join("\n") };
}

function monitorService(monitor: ReturnType<typeof watch>["monitor"]): UntypedServiceImplementation {
  const verbs: Readonly<Record<string, unknown>> = monitor;
  return Object.fromEntries(
    Object.keys(ResourceMonitorService).map((name) => {
      const verb = verbs[name];
      return [
        name,
        (call: Call, done: Done) => (typeof verb === "function" ? verb(call.request, done) : done({ code: status.UNIMPLEMENTED })),
      ];
    }),
  );
}

function engineService(log: string[]): UntypedServiceImplementation {
  let stack = "";
  const empty = (_call: Call, done: Done): void => done(null, new Empty());
  return {
    log: (call: ServerUnaryCall<InstanceType<typeof engine.LogRequest>, unknown>, done: Done) => {
      if (call.request.getSeverity() > engine.LogSeverity.DEBUG) log.push(call.request.getMessage());
      done(null, new Empty());
    },
    getRootResource: (_call: Call, done: Done) => done(null, new engine.GetRootResourceResponse().setUrn(stack)),
    setRootResource: (call: ServerUnaryCall<InstanceType<typeof engine.SetRootResourceRequest>, unknown>, done: Done) => {
      stack = call.request.getUrn();
      done(null, new engine.SetRootResourceResponse());
    },
    startDebugging: empty,
    requirePulumiVersion: (_call: Call, done: Done) => done(null, new engine.RequirePulumiVersionResponse()),
  };
}
