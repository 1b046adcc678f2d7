import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Entrance } from "../../../lib/worlds/aws/address.ts";

/** A test listener on this machine: its domain leads nowhere, only the load balancer's own name does. */
export async function testListener(
  answer: (request: { readonly slot: string; readonly path: string; readonly host: string }) => number,
  at = { host: "127.0.0.1", port: 0 },
): Promise<{ readonly entrance: Entrance; close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    const slot = String(request.headers["x-sluice-slot"] ?? "");
    const status = answer({ slot, path: request.url ?? "", host: request.headers.host ?? "" });
    response.writeHead(status, status === 302 ? { location: "/" } : {}).end(status === 503 ? "not today" : "");
  });
  await new Promise<void>((resolve) => server.listen(at.port, at.host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    entrance: {
      protocol: "http",
      domain: "shop.test",
      balancers: { blue: "localhost", green: "localhost", "known-bad": "localhost" },
      port,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
