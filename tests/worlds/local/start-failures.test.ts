import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Failed } from "../../../lib/ports/step-result.ts";
import { localFleet } from "../../../lib/worlds/local/fleet.ts";
import { type Plane, startPlane } from "../../../lib/worlds/local/plane-process.ts";
import { type Ground, held, newGround, settings } from "./apps.ts";
import { until } from "./until.ts";

let ground: Ground;
let plane: Plane;
beforeAll(async () => {
  ground = newGround();
  const health = { ...settings.health, path: "/health", timeout: duration(300), startWithin: duration(4_000) };
  plane = await startPlane(ground.state, { ...settings, health, grace: duration(500) });
});
afterAll(() => ground.clear());

const answering = (status: number, port = "process.env.PORT"): Record<string, string> => ({
  "server.mjs": `import http from "node:http";
http.createServer((_request, response) => response.writeHead(${status}).end()).listen(${port}, "127.0.0.1");`,
});

async function failureOf(artifact: Artifact): Promise<Failed> {
  const fleet = localFleet(held(plane));
  const failed = await until("it has failed", async () => {
    const result = await fleet.start("green", artifact, 1);
    return result.is === "failed" && result;
  });
  const { trouble } = await fleet.status("green");
  expect(trouble[0]).toBe(failed.because);
  await until("it is stopped", async () => (await fleet.stop("green")).is === "done");
  return failed;
}

test("a command that is not there is named", async () => {
  const failed = await failureOf(await ground.pack("missing", "nosuchserver --port $PORT", {}));
  expect(failed.because).toBe("command not found: nosuchserver");
  expect(failed.details?.[0]).toBe(`"nosuchserver --port $PORT" needs it in the app's node_modules/.bin or on PATH`);
});

test("a file that cannot be executed is named", async () => {
  const failed = await failureOf(await ground.pack("not-executable", "./", {}));
  expect(failed.because).toBe('"./" cannot be run: exit code 126');
});

test("an app that exits shows its code and the last lines of its log", async () => {
  const failed = await failureOf(await ground.pack("exits", "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $n; done; exit 7", {}));
  expect(failed.because).toBe('"for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $n; done; exit 7" ended with code 7');
  expect(failed.details).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => `line ${n}`));
});

// Writing its coverage keeps a copy alive longer than the turn that it gives up.
test.skipIf(process.env.NODE_V8_COVERAGE !== undefined)(
  "copies that become healthy in turns and end again are not waited for for ever",
  async () => {
    // Who has the turn waits until the end of the one before has been seen: two that look healthy at once are a fleet that was up.
    const oneAtATime = `import { mkdirSync, rmdirSync } from "node:fs";
import http from "node:http";
for (;;) try { mkdirSync("turn"); break; } catch { await new Promise((resolve) => setTimeout(resolve, 20)); }
await new Promise((resolve) => setTimeout(resolve, 1000));
http.createServer((_request, response) => response.end()).listen(process.env.PORT, "127.0.0.1");
setTimeout(() => { rmdirSync("turn"); process.exit(3); }, 400);`;
    const fleet = localFleet(held(plane));
    const artifact = await ground.pack("in-turns", "node server.mjs", { "server.mjs": oneAtATime });
    await until("it has failed", async () => (await fleet.start("green", artifact, 2)).is === "failed");
    await until("it is stopped", async () => (await fleet.stop("green")).is === "done");
  },
);

test("an app that goes to the background is told to stay", async () => {
  const failed = await failureOf(await ground.pack("background", "sleep 30 &", {}));
  expect(failed.because).toBe('"sleep 30 &" ended with code 0, but it has to keep running');
});

test("an app that ignores PORT is told where it listens", async () => {
  const failed = await failureOf(await ground.pack("ignores-port", "node server.mjs", answering(200, "0")));
  if (process.platform === "linux") {
    expect(failed.because).toMatch(/^it listens on \d+, not on PORT \(\d+\)$/);
    expect(failed.details?.[0]).toBe("make it read PORT, or pass it, e.g. --start 'node server.mjs --port $PORT'");
  } else expect(failed.because).toMatch(/^it runs, but nothing listens on PORT/);
});

test("an app that ignores PORT and finds its own port taken, as by another copy, is told about PORT", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const port = (other.address() as AddressInfo).port;
  const failed = await failureOf(await ground.pack("port-taken", "node server.mjs", answering(200, String(port))));
  expect(failed.because).toMatch(new RegExp(`^it asked for port ${port}, which is taken, not for PORT \\(\\d+\\)$`));
  expect(failed.details?.[0]).toBe("make it read PORT, or pass it, e.g. --start 'node server.mjs --port $PORT'");
});

test("an app that listens nowhere is told so", async () => {
  const failed = await failureOf(await ground.pack("silent", "sleep 30", {}));
  expect(failed.because).toMatch(/^it runs, but nothing listens on PORT \(\d+\)$/);
});

test("a health path that answers 404 is named with what to set", async () => {
  const failed = await failureOf(await ground.pack("not-found", "node server.mjs", answering(404)));
  expect(failed.because).toBe("GET /health answered 404");
  expect(failed.details?.[0]).toContain("set health in services");
});

test("a health path that does not answer in time is named", async () => {
  const hangs = `import http from "node:http"; http.createServer(() => {}).listen(process.env.PORT, "127.0.0.1");`;
  const failed = await failureOf(await ground.pack("hangs", "node server.mjs", { "server.mjs": hangs }));
  expect(failed.because).toBe("GET /health gave no answer within 300 ms");
});

test("C06 an artifact whose content is not its digest is not run", async () => {
  const artifact = await ground.pack("changed", "node server.mjs", answering(200));
  appendFileSync(artifact.file, "more");
  expect((await failureOf(artifact)).because).toContain("the artifact was changed after it was packed");
});

test("an artifact that is gone is named", async () => {
  const artifact = await ground.pack("gone", "node server.mjs", answering(200));
  expect((await failureOf({ ...artifact, file: `${artifact.file}.not` })).because).toBe(`the artifact is gone: ${artifact.file}.not`);
});

test("redirects are healthy", async () => {
  const artifact = await ground.pack("redirects", "node server.mjs", answering(302));
  await until("it is up", async () => (await localFleet(held(plane)).start("green", artifact, 1)).is === "done");
});
