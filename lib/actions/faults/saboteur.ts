import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import type { Mischief } from "./mischief.ts";

/**
 * A program that is put before an app's start command: `node saboteur.ts MISCHIEF-FILE command…`. It takes the app's PORT, gives the app
 * another one, and passes requests on, disturbed as the file says at that moment. The app and the release know nothing of it.
 */
const [file = "", command = "", ...args] = process.argv.slice(2);
const port = Number(process.env.PORT);
const readEvery = 50;
/** A crash comes this long after it was asked for, so that a copy becomes healthy first. */
const crashAfter = 700;

let mischief = read();
const reading = setInterval(() => {
  mischief = read();
}, readEvery);
reading.unref();

function read(): Mischief {
  return JSON.parse(readFileSync(file, "utf8"));
}

function start(env: NodeJS.ProcessEnv): ChildProcess {
  const app = spawn(command, args, { stdio: "inherit", env });
  app.once("exit", (code) => process.exit(code ?? 1));
  app.once("error", () => process.exit(127));
  return app;
}

/** True for one copy only: the first that asks. */
function first(): boolean {
  try {
    closeSync(openSync(`${file}.taken`, "wx"));
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function answer(inner: number): http.RequestListener {
  return (request, response) => {
    const { failureRate, delay, healthy } = mischief;
    if (!healthy || Math.random() < failureRate) return void response.writeHead(healthy ? 500 : 503).end("sabotaged\n");
    setTimeout(() => pass(inner, request, response), delay);
  };
}

function pass(inner: number, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { method, url, headers } = request;
  const onward = http.request({ host: "127.0.0.1", port: inner, method, path: url, headers, agent: false }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

// The guard ends the whole group; the app's own end is what ends this program.
process.on("SIGTERM", () => {});

if (mischief.takesPort && first()) {
  const squatter = net.createServer((socket) => socket.destroy());
  squatter.listen(port, () => start(process.env));
} else {
  const inner = await freePort();
  start({ ...process.env, PORT: String(inner) });
  http.createServer({ keepAliveTimeout: 65_000 }, answer(inner)).listen(port, "127.0.0.1");
  const watching = setInterval(() => {
    if (!mischief.crashes) return;
    clearInterval(watching);
    setTimeout(() => process.exit(1), crashAfter);
  }, readEvery);
}
