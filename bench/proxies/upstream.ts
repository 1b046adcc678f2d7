/** The app behind every proxy of the benchmark: as little as Node can do. Tells its port to its parent. */
import http from "node:http";
import type { AddressInfo } from "node:net";

const body = Buffer.from("ok".repeat(64));
const server = http.createServer((_request, response) => response.writeHead(200, { "content-length": body.length }).end(body));
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once("disconnect", () => process.exit(0));
