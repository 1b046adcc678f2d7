import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { zipOf } from "./zip.ts";

/** The functions that a plan can have, each a folder here with a `main.ts`. */
export const names = ["deployment-logger", "release", "rotation"] as const;

interface Bundle {
  readonly name: string;
  readonly zip: Uint8Array;
  /** SHA-256 of the archive, in hexadecimal. */
  readonly digest: string;
}

/**
 * A function as Lambda takes it: one file in an archive, the same bytes for the same source wherever it lies. The AWS SDK stays outside,
 * as the runtime has it (AWS Lambda Developer Guide, "Building Lambda functions with Node.js": runtime-included SDK versions).
 */
export function bundle(name: string, folder = import.meta.dirname): Bundle {
  const { outputFiles } = buildSync({
    absWorkingDir: folder,
    entryPoints: [`./${name}/main.ts`],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node24",
    external: ["@aws-sdk/*", "pg-native"],
    nodePaths: [path.join(import.meta.dirname, "..", "..", "node_modules")],
    // Packages that are older than modules load parts of Node by require.
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    // Otherwise the paths of packages would stand in it.
    minify: true,
    keepNames: true,
    legalComments: "none",
    charset: "utf8",
    // Otherwise whatever tsconfig.json lies above the folder would have its say.
    tsconfigRaw: "{}",
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${name}`);
  const zip = zipOf("index.mjs", file.contents);
  return { name, zip, digest: createHash("sha256").update(zip).digest("hex") };
}

/** The digests, which plans name: a plan reads no files. */
export function functionsPage(): string {
  const lines = names.map((name) => `  "${name}": "${bundle(name).digest}",\n`);
  return `// Written by \`npm run generate\`. Do not edit.

/** SHA-256 of each function's archive, as assets/functions/bundle.ts makes it. */
export const digests = {
${lines.join("")}} as const;
`;
}

/** Writes every archive as \`<name>-<digest>.zip\`, the key under which plans look for it. */
export function writeBundles(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const { name, digest, zip } of names.map((one) => bundle(one))) writeFileSync(path.join(to, `${name}-${digest}.zip`), zip);
}

if (import.meta.main) writeBundles(path.join(import.meta.dirname, "..", "..", "dist", "functions"));
