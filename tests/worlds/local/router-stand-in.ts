import http from "node:http";
import type { AddressInfo } from "node:net";

interface Seen {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly type: string | undefined;
}

export interface StandIn {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Changes what is answered from now on; `hold` decides when. */
  answer(change: { status?: number; slot?: string; hold?: (answer: () => void) => void }): void;
  close(): Promise<void>;
}

/** An HTTP server in this process that stands where the data plane's router would. */
export async function standIn(port = 0): Promise<StandIn> {
  let now: { status: number; slot?: string; hold: (answer: () => void) => void } = { status: 200, hold: (answer) => answer() };
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const at = performance.now();
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      seen.push({ at, method: request.method ?? "", path: request.url ?? "", body, type: request.headers["content-type"] });
      const { status, slot, hold } = now;
      hold(() => response.writeHead(status, slot === undefined ? {} : { "x-sluice-slot": slot }).end("answer"));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (change) => {
      now = { ...now, ...change };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
