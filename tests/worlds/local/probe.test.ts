import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { inheritedEnvironment } from "../../../lib/machine/environment.ts";
import { startedAt } from "../../../lib/machine/processes.ts";
import type { Check } from "../../../lib/ports/probe.ts";
import { localProbe } from "../../../lib/worlds/local/probe.ts";
import { probeContract } from "../../contracts/probe.ts";
import { until } from "./until.ts";

const listen = (server: http.Server | ReturnType<typeof createServer>) =>
  new Promise<string>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );

let folder: string;
let address: string;
let server: http.Server;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  server = http.createServer((request, response) => {
    if (request.url === "/health") response.end("fine");
    else if (request.url === "/old") response.writeHead(302, { location: "/health" }).end();
    else if (request.url === "/broken") response.writeHead(503).end(`${"x".repeat(5_000)}the end`);
    else if (request.url === "/method") response.end(request.method);
    else if (request.url?.startsWith("//")) response.writeHead(418).end();
    else if (request.url === "/endless") response.write("on and on");
  });
  address = await listen(server);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const probe = (env: Record<string, string> = {}) => localProbe({ cwd: folder, env, log: path.join(folder, "log") });
const command = (text: string, timeout = 20_000): Check => ({ kind: "command", command: text, timeout: duration(timeout) });
const get = (at: string, timeout = 5_000): Check => ({
  kind: "http",
  method: "GET",
  path: at,
  status: "2xx-3xx",
  timeout: duration(timeout),
});
const ask = async (check: Check, env?: Record<string, string>) => (await probe(env).ask(address, [check]))[0];

probeContract("HTTP and commands on this machine", async () => {
  const free = createServer();
  const nowhere = await listen(free);
  await new Promise((resolve) => free.close(resolve));
  return { probe: probe(), address, nowhere, commands: { passes: "true", fails: "exit 7" }, close: async () => {} };
});

describe("over HTTP", () => {
  test("a refusal comes with the end of what the app said", async () => {
    const answer = await ask(get("/broken"));
    expect(answer?.saw).toMatch(/^503: x+the end$/);
    expect(answer?.saw).toHaveLength("503: ".length + 300);
  });

  test("no answer in time is said so", async () => {
    expect(await ask(get("/hangs", 50))).toEqual({ check: "GET /hangs", ok: false, saw: "no answer within 50 ms" });
  });

  test("a status counts although the body never ends", async () => {
    expect(await ask(get("/endless", 1_000))).toMatchObject({ ok: true, saw: "200" });
  });

  test("a path that starts with two slashes stays with the version that is asked", async () => {
    expect(await ask(get("//127.0.0.2/"))).toMatchObject({ saw: "418" });
  });

  test("nobody there is named", async () => {
    const [answer] = await probe().ask("http://127.0.0.1:1", [get("/")]);
    expect(answer?.saw).toBe("ECONNREFUSED");
  });
});

describe("a command", () => {
  test("reaches the version by SLUICE_URL and sees what is given, but none of our own environment", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "never";
    const answer = await ask(command('echo "$SLUICE_URL $GIVEN $(printenv AWS_SECRET_ACCESS_KEY || echo unset) $(pwd)"; false'), {
      GIVEN: "yes",
    });
    delete process.env.AWS_SECRET_ACCESS_KEY;
    expect(answer?.saw).toBe(`exit 1: ${address} yes unset ${folder}`);
    const names = await ask(command("env | cut -d= -f1 | sort | tr '\\n' ' '; false"));
    for (const name of names?.saw.replace("exit 1: ", "").split(" ") ?? []) {
      // Node hands its coverage folder to every child by itself.
      expect(["OLDPWD", "PWD", "SHLVL", "SLUICE_URL", "_", "NODE_V8_COVERAGE", ...Object.keys(inheritedEnvironment())]).toContain(name);
    }
  });

  test("arrives as it was written, whatever quotes it has, and is not the only process of its shell", async () => {
    expect(await ask(command(`printf '%s|' "a 'b'" '$x' \\\\; cat; sleep 0 & wait; exit 3`))).toMatchObject({
      saw: "exit 3: a 'b'|$x|\\|",
    });
  });

  test("leaves everything it printed in the log, and the last 300 characters in the answer", async () => {
    const answer = await ask(command("i=0; while [ $i -lt 500 ]; do echo line-$i >&2; i=$((i+1)); done"));
    expect(answer).toMatchObject({ ok: true, saw: expect.stringMatching(/^exit 0: .*line-499$/s) });
    expect(answer?.saw).toHaveLength("exit 0: ".length + 300);
    const log = readFileSync(path.join(folder, "log"), "utf8");
    expect(log).toContain("$ i=0; while");
    expect(log).toContain("\nline-0\n");
    expect(statSync(path.join(folder, "log")).mode & 0o777).toBe(0o600);
  });

  test("that takes too long is ended with all its processes", async () => {
    const answer = await ask(command("sleep 60 & echo $! > child; wait", 300));
    expect(answer).toMatchObject({ ok: false, saw: "not done within 300 ms" });
    await until("its child is gone", () => startedAt(Number(readFileSync(path.join(folder, "child"), "utf8"))) === undefined);
  });

  test("that ends leaves none of its processes behind", async () => {
    expect(await ask(command("sleep 60 & echo $! > child"))).toMatchObject({ ok: true });
    await until("its child is gone", () => startedAt(Number(readFileSync(path.join(folder, "child"), "utf8"))) === undefined);
  });

  test("ended by a signal is not well, and says by which", async () => {
    expect(await ask(command("kill -TERM $$"))).toMatchObject({ ok: false, saw: "exit 143 (SIGTERM)" });
  });

  test("X05 dies with the process that asked", async () => {
    const program = fileURLToPath(new URL("processes/ask.ts", import.meta.url));
    const long = "sleep 61 & echo $! > child.new; mv child.new child; echo $$ > shell.new; mv shell.new shell; wait";
    const asker = spawn(process.execPath, [program, folder, long], { stdio: "ignore" });
    await until("the command runs", () => existsSync(path.join(folder, "shell")));
    asker.kill("SIGKILL");
    for (const name of ["child", "shell"]) {
      const pid = Number(readFileSync(path.join(folder, name), "utf8"));
      await until(`${name} is gone`, () => startedAt(pid) === undefined);
    }
  });
});
