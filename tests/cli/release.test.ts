import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { mapWith } from "../worlds/aws/environment.ts";
import { signedOut } from "../worlds/aws/stand-in.ts";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));
const example = fileURLToPath(new URL("../../examples/a-multi-region-containers/sluice.config.ts", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "test-cli-release-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function sluice(...args: readonly string[]) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  const env = { ...clean, NO_COLOR: "1", ...signedOut };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: "utf8" });
  return { exit: status, out: stdout, err: stderr };
}

function deployed(): void {
  mkdirSync(path.join(folder, ".sluice/environments"), { recursive: true });
  writeFileSync(path.join(folder, ".sluice/environments/production.json"), JSON.stringify(mapWith({})));
}

/** AWS that takes every connection and answers nothing. */
async function silentAws() {
  const open = new Set<net.Socket>();
  const asked = Promise.withResolvers<void>();
  const server = net.createServer((socket) => {
    open.add(socket.on("error", () => {}));
    asked.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, asked: asked.promise };
}

/** Starts a command whose every request to AWS goes there, and gives it while it waits for the first answer. */
async function waiting(...args: readonly string[]) {
  const { url, asked } = await silentAws();
  const keys = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
  const env = { ...process.env, NO_COLOR: "1", ...signedOut, ...keys };
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "close");
  await asked;
  return { child, ended };
}

describe("while AWS does not answer", () => {
  it("X05 the second Ctrl-C ends sluice release at once, as it says, and leaves all where it was", async () => {
    deployed();
    const { child, ended } = await waiting("release", "production", "--version", "1.4.2", "--config", example);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += String(chunk);
      if (/press Ctrl-C again[^\n]*\n$/.test(err)) child.kill("SIGINT");
    });
    // A reader that is lost, and a terminal that is closed, stop nothing of a release.
    child.stdout.destroy();
    child.kill("SIGHUP");
    child.kill("SIGINT");
    expect(await ended).toEqual([15, null]);
    expect(err.split("\n").filter((line) => line !== "")).toEqual([
      "rolling back; press Ctrl-C again to stop at once",
      "stopping at once",
      "error: stopped at once, with everything where it was (release/stopped)",
      "fix: run the same command again, which goes on",
    ]);
  });

  it("X04 the first Ctrl-C ends sluice status --watch", async () => {
    deployed();
    const { child, ended } = await waiting("status", "production", "--watch");
    child.kill("SIGINT");
    expect(await ended).toEqual([11, null]);
  });
});

describe("sluice release", () => {
  const release = (...more: readonly string[]) => sluice("release", "production", "--version", "1.4.2", "--config", example, ...more);

  it("X04 X10 without credentials nobody knows whether an environment was deployed from elsewhere, which is said", () => {
    const { exit, err } = release();
    expect(exit).toBe(12);
    expect(err).toContain(
      'the map of "production" is not on this machine, and its ledger does not tell it: AWS takes no credentials from here',
    );
    expect(err).toContain("aws sso login");
  });

  it("X04 without credentials it is blocked, in one outcome on the last line of --json", () => {
    deployed();
    const { exit, out } = release("--json");
    const events = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(exit).toBe(12);
    expect(events.map(({ type }) => type)).toEqual(["error", "outcome"]);
    expect(events).toMatchObject([{ code: "engine/no-credentials" }, { outcome: "blocked", exit: 12 }]);
  });

  it("X04 an unknown environment is the caller's mistake", () => {
    expect(sluice("release", "nowhere", "--version", "1", "--config", example)).toMatchObject({ exit: 2 });
  });

  it("X04 status of a name that was never deployed names those that were", () => {
    deployed();
    expect(sluice("status", "prodution")).toMatchObject({ exit: 12, err: expect.stringContaining('from here: "production"') });
  });

  it.each(["status", "approve", "rollback"])("X04 %s asks the ledger of an environment on AWS", (command) => {
    expect(sluice(command, "production").err).toContain('"production" was never deployed from');
    deployed();
    const { exit, err } = sluice(command, "production");
    expect({ exit, err }).toMatchObject({ exit: 12, err: expect.stringContaining("could not read the ledger") });
  });

  it.each(["status", "approve", "rollback"])(
    "X04 %s finds the ledger by the configuration that is named, where nothing was deployed from here",
    (command) => {
      const { exit, err } = sluice(command, "production", "--config", example);
      expect({ exit, err }).toMatchObject({
        exit: 12,
        err: expect.stringContaining("its ledger does not tell it: AWS takes no credentials"),
      });
    },
  );

  it("the program's own version is still told before a command", () => {
    expect(sluice("--version").out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
