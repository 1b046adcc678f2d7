import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Asked, notInTheModel, otherwise, wrongError, wrongJson, wrongJsonInput } from "./model.ts";
import { environmentFor } from "./stand-in.ts";

/** What goes over the wire for one call. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server of every service, which answers each call as it was told to, by service and action (`ssm GetParameter`). */
export interface Wire {
  readonly url: string;
  /** Several are told one after the other, and the last one from then on; undefined: never. */
  say(call: string, ...replies: readonly (Reply | undefined)[]): void;
  /** What came, and the region that it was signed for. */
  readonly calls: { readonly call: string; readonly region: string; readonly body: string }[];
  /** Resolves when the next answer to a call has gone out. */
  called(call: string): Promise<void>;
  /** Resolves when a caller has hung up who was never answered. */
  readonly hungUp: Promise<void>;
  close(): Promise<void>;
}

export const json = (body: object, status = 200): Reply => ({ status, body: JSON.stringify(body) });

export const xml = (body: string, status = 200): Reply => ({ status, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` });

/** Who asks, wherever this is the wire. */
export const asking = { account: "111111111111", arn: "arn:aws:sts::111111111111:assumed-role/looks/me" };

/** `GetCallerIdentity`, which every conversation begins with. */
export const identity = xml(
  `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${asking.arn}</Arn><UserId>AROA:me</UserId><Account>${asking.account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
);

/** Opens it on this machine. It takes any signature, and of inputs looks at those in JSON. */
export async function openWire(): Promise<Wire> {
  const replies = new Map<string, readonly (Reply | undefined)[]>([["sts GetCallerIdentity", [identity]]]);
  const calls: { call: string; region: string; body: string }[] = [];
  const answered = new EventEmitter();
  const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const [, region = "", service = ""] =
      /Credential=[^/]+\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/.exec(String(request.headers.authorization)) ?? [];
    const target = request.headers["x-amz-target"]?.toString().split(".").at(-1);
    const call = `${service} ${target ?? new URLSearchParams(body).get("Action") ?? rest(request.method, request.url)}`;
    calls.push({ call, region, body });
    const said = replies.get(call);
    if (!said) throw new Error(`nobody said what to answer to ${call}`);
    const [reply, ...later] = said;
    if (later.length > 0) replies.set(call, later);
    if (!reply) {
      response.on("close", hangUp);
      return;
    }
    const asked = { service, operation: target ?? rest(request.method, request.url) };
    const { status, body: told, headers } = asKnown(asked, target === undefined ? undefined : body, reply);
    response.writeHead(status, { "content-type": told.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1", ...headers });
    response.end(told, () => answered.emit(call));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say: (call, ...said) => replies.set(call, said),
    calls,
    called: async (call) => {
      await once(answered, call);
    },
    hungUp,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The reply, or where it or what was asked is in JSON that AWS's own model does not know, an error that says so. */
function asKnown(asked: Asked, input: string | undefined, reply: Reply): Reply {
  if (!reply.body.startsWith("{")) return reply;
  const told: object = JSON.parse(reply.body);
  const error = String(Reflect.get(told, "__type")).split("#").at(-1) ?? "";
  const lines = [
    ...(input === undefined ? [] : wrongJsonInput(asked, JSON.parse(input))),
    ...(reply.status < 400 ? wrongJson(asked, told) : wrongError(asked, error)),
  ];
  return lines.length === 0 ? reply : json({ __type: notInTheModel, message: otherwise(lines) }, 400);
}

/** Actions of the services that say them by method and path. */
function rest(method = "", path = ""): string {
  if (method === "HEAD") return "HeadBucket";
  if (path.includes("durable-executions")) return "GetDurableExecution";
  if (path.includes("/functions/")) return "GetFunctionConfiguration";
  if (path.includes("/rrset")) return "ListResourceRecordSets";
  return path.includes("hostedzonesbyname") ? "ListHostedZonesByName" : "GetHostedZone";
}

/** Credentials for AWS's SDK, and one endpoint for everything. */
export const environmentOf = (url: string): Readonly<Record<string, string>> => ({ ...environmentFor(url), AWS_ENDPOINT_URL: url });
