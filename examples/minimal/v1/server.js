import http from "node:http";

const server = http.createServer((_request, response) => response.end("Hello from version 1\n"));
server.listen(process.env.PORT);
process.once("SIGTERM", () => server.close());
