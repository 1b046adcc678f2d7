import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { runSpec } from "./stand-ins.ts";

/** An app that answers each path with the statuses in turn, the last one for ever. */
async function app(paths: Readonly<Record<string, readonly number[]>>, version = "4f2a9c1"): Promise<string> {
  const asked: Record<string, number> = {};
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    const statuses = paths[url] ?? [404];
    const turn = asked[url] ?? 0;
    asked[url] = turn + 1;
    response.writeHead(statuses[Math.min(turn, statuses.length - 1)] ?? 500, { "X-Version": version }).end("body\n500");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const ask = (env: Record<string, string>, apart = false) => runSpec("smoke", { env: { SMOKE_SECONDS: "5", ...env }, apart });

describe("smoke.yml", () => {
  test.each([false, true])("E05 every path answers with the status and the version (shells apart: %s)", async (apart) => {
    const url = await app({ "/": [200], "/health": [200] });
    const ran = await ask({ SMOKE_URL: url, SMOKE_PATHS: "/ /health", SMOKE_VERSION: "4f2a9c1" }, apart);
    expect([ran.is, ran.because]).toEqual(["passed", "1 commands; report smoke: 1 file"]);
  });

  test("E05 an app that is still starting is asked again", async () => {
    const ran = await ask({ SMOKE_URL: await app({ "/": [503, 200] }) });
    expect(ran.is).toBe("passed");
  });

  test("E05 a wrong status fails after the time limit, and the report says which path and why", async () => {
    const ran = await ask({ SMOKE_URL: await app({ "/": [200], "/b": [500] }), SMOKE_PATHS: "/ /b", SMOKE_SECONDS: "1" });
    expect(ran.is).toBe("failed");
    expect(readFileSync(ran.at("reports/smoke.xml"), "utf8")).toMatch(
      /name="\/"><\/testcase>.*name="\/b"><failure message="status 500 instead of 200"/,
    );
  });

  test("E05 an old version that still answers is no success", async () => {
    const ran = await ask({ SMOKE_URL: await app({ "/": [200] }, "old"), SMOKE_VERSION: "4f2a9c1", SMOKE_SECONDS: "0" });
    expect(ran.is).toBe("failed");
    expect(ran.log).toContain('x-version says "old" instead of "4f2a9c1"');
  });

  test("E05 nobody there fails, and another status may be the right one", async () => {
    const nobody = await ask({ SMOKE_URL: "http://127.0.0.1:1", SMOKE_SECONDS: "0" });
    expect(nobody.is).toBe("failed");
    expect(nobody.log).toContain("no answer");
    const moved = await ask({ SMOKE_URL: await app({ "/": [301] }), SMOKE_STATUS: "301" });
    expect(moved.is).toBe("passed");
  });

  test("E05 without an address it says which variable is missing", async () => {
    expect((await ask({})).log).toContain("SMOKE_URL");
  });
});
