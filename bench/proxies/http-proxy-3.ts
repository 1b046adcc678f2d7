/** http-proxy-3 with a keep-alive agent, alone in a process, in front of the port in its first argument. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { createProxyServer } from "http-proxy-3";

const proxy = createProxyServer({
  target: `http://127.0.0.1:${process.argv[2]}`,
  agent: new http.Agent({ keepAlive: true, maxSockets: 128 }),
  xfwd: true,
});
const server = http.createServer((request, response) => proxy.web(request, response));
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("message", () => process.send?.({ cpu: process.cpuUsage() }));
process.once("disconnect", () => process.exit(0));
