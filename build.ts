import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { writeBundles } from "./assets/functions/bundle.ts";

// Node strips no types under node_modules, so the published package holds JavaScript and declarations.
const root = import.meta.dirname;
const out = path.join(root, "dist");

rmSync(out, { recursive: true, force: true });
execFileSync(process.execPath, [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
writeBundles(path.join(out, "functions"));
const files = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) => statSync(path.join(out, name)).isFile());
console.log(`dist: ${files.length} files`);
