import { chmodSync } from "node:fs";
import http from "node:http";

/** What a background process can be told: for each verb what goes in and what comes out. Both must survive JSON. */
type Verbs = Record<string, { readonly in: unknown; readonly out: unknown }>;

/** What a background process does for each verb; what a handler throws reaches the caller as its text. */
export type Handlers<V extends Verbs> = {
  readonly [Name in keyof V & string]: (input: V[Name]["in"]) => Promise<V[Name]["out"]> | V[Name]["out"];
};

/** How a controller calls a verb of a background process. */
export type Call<V extends Verbs> = <Name extends keyof V & string>(name: Name, input: V[Name]["in"]) => Promise<V[Name]["out"]>;

/** The process behind a socket is not there, or died while it answered. */
export class Unreachable extends Error {
  constructor(socket: string, cause: unknown) {
    super(`nothing answers at ${socket}`, { cause });
    this.name = "Unreachable";
  }
}

/**
 * Serves verbs as `POST /verb` on a unix socket that only this user can open. The folder of the socket must be 0700.
 * `called` is told of every call, before it is answered.
 */
export function serveControl<V extends Verbs>(
  socket: string,
  handlers: Handlers<V>,
  called: () => void = () => undefined,
): Promise<http.Server> {
  const answer = async (name: string, input: unknown): Promise<unknown> => {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (!handler) throw new Error(`no such verb: ${name}`);
    return handler(input as V[keyof V & string]["in"]);
  };
  const server = http.createServer((request, response) => {
    called();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const name = (request.url ?? "/").slice(1);
      Promise.resolve()
        .then(() => answer(name, JSON.parse(Buffer.concat(chunks).toString() || "null")))
        .then(
          (output) => response.end(JSON.stringify(output ?? null)),
          (error: unknown) =>
            response.writeHead(500).end(JSON.stringify(error instanceof Error ? (error.stack ?? error.message) : String(error))),
        );
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, () => {
      chmodSync(socket, 0o600);
      resolve(server);
    });
  });
}

/** Calls verbs behind a socket. Rejects with `Unreachable` when the process is gone, with its own words when the verb failed there. */
export function controlClient<V extends Verbs>(socket: string, timeout = 30_000): Call<V> {
  return (name, input) =>
    new Promise((resolve, reject) => {
      const request = http.request({ socketPath: socket, path: `/${name}`, method: "POST", timeout }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error) => reject(new Unreachable(socket, error)));
        response.on("end", () => {
          const output: unknown = JSON.parse(Buffer.concat(chunks).toString() || "null");
          if (response.statusCode === 200) resolve(output as V[typeof name]["out"]);
          else reject(new Error(String(output)));
        });
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${timeout} ms`)));
      request.on("error", (error) => reject(new Unreachable(socket, error)));
      request.end(JSON.stringify(input ?? null));
    });
}
