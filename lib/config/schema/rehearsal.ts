import { z } from "zod";
import { section, text, time, urlPath, whole } from "../values.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const version = text('write a git revision, a folder such as "./v1", or a published version such as "npm:verdaccio@6.0.0"');
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "write a valid header name, such as x-tenant");
const headerValue = z
  .string({ error: "write the value as text, in quotes" })
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "leave out line breaks and control characters");

/** One kind of request of the rehearsal's traffic. */
export interface RehearsalRequest {
  readonly method: string;
  readonly path: string;
  readonly share: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const request = section({
  method: z
    .enum(methods, { error: `write one of ${methods.join(", ")}` })
    .prefault("GET")
    .describe("Method of the request."),
  path: urlPath.describe("Path of the request, with its query."),
  share: z
    .number({ error: "write a number above 0" })
    .gt(0, "write a number above 0")
    .prefault(1)
    .describe("How often it is sent, relative to the others."),
  body: z
    .union([z.string(), z.record(z.string(), z.json()), z.array(z.json())], { error: "write text, or an object or list to send as JSON" })
    .optional()
    .describe("Body of the request; an object or list is sent as JSON."),
  headers: z.record(headerName, headerValue).optional().describe("Headers of the request."),
}).transform(({ method, path, share, body, headers }): RehearsalRequest => {
  const asJson = body !== undefined && typeof body !== "string";
  const all = asJson ? { "content-type": "application/json", ...headers } : headers;
  return { method, path, share, ...(body !== undefined && { body: asJson ? JSON.stringify(body) : body }), ...(all && { headers: all }) };
});

const plainPath = urlPath.transform((path): RehearsalRequest => ({ method: "GET", path, share: 1 }));

/** What a rehearsal releases on this machine, and under which traffic. */
export const rehearsal = section({
  from: version
    .optional()
    .describe("Version that is live at first: a git revision, a folder, or `npm:name@version`. Without it: the commit before."),
  to: version.optional().describe("Version that is released. Without it: the working tree if it has changes, else HEAD."),
  rate: z
    .number({ error: "write requests per second, from 0 to 100000" })
    .min(0, "write requests per second, from 0 to 100000")
    .max(100_000, "write requests per second, from 0 to 100000")
    .prefault(50)
    .describe("Requests per second that are sent, whatever the answers take."),
  paths: z
    .array(z.union([plainPath, request], { error: 'write a path such as "/", or an object such as { path: "/", share: 2 }' }), {
      error: "write a list of paths",
    })
    .min(1, "write at least one path")
    .prefault(["/"])
    .describe("What is requested: paths, or objects that say more."),
  port: whole(0, 65_535).prefault(0).describe("Port of the local balancer on 127.0.0.1; 0 takes any free one."),
  lease: time(1_000)
    .prefault("10m")
    .describe("How long the local balancer and the app live on without a controller before they stop by themselves."),
}).prefault({});
