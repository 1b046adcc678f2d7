import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");

interface Room {
  /** Rooms that it may import; itself always. */
  readonly imports: readonly string[];
  /** Packages that it may import. */
  readonly packages?: readonly string[];
}

/** The direction between the rooms: who may import whom. A room is a folder, its files are those of no deeper room. */
const rooms: Readonly<Record<string, Room>> = {
  "lib/base": { imports: [] },
  "lib/aws": { imports: ["lib/base"] },
  "lib/config": { imports: ["lib/base", "lib/aws"], packages: ["zod"] },
  "lib/plan": { imports: ["lib/base", "lib/aws", "lib/config"] },
  "lib/ports": { imports: ["lib/base", "lib/config", "lib/plan"] },
  "lib/machine": { imports: ["lib/base"] },
  "lib/pipeline": { imports: ["lib/base", "lib/config", "lib/machine", "lib/ports"], packages: ["yaml", "tar"] },
  "lib/release": { imports: ["lib/base", "lib/config", "lib/ports"] },
  "lib/worlds/local": { imports: ["lib/base", "lib/config", "lib/machine", "lib/ports"], packages: ["undici", "tar"] },
  "lib/worlds/simulated": { imports: ["lib/base", "lib/config", "lib/ports"] },
  "lib/worlds/aws": {
    imports: ["lib/base", "lib/aws", "lib/config", "lib/plan", "lib/ports"],
    packages: [
      "@aws-sdk/client-acm",
      "@aws-sdk/client-application-auto-scaling",
      "@aws-sdk/client-auto-scaling",
      "@aws-sdk/client-cloudcontrol",
      "@aws-sdk/client-cloudformation",
      "@aws-sdk/client-cloudfront-keyvaluestore",
      "@aws-sdk/client-cloudwatch",
      "@aws-sdk/client-codedeploy",
      "@aws-sdk/client-codebuild",
      "@aws-sdk/client-dynamodb",
      "@aws-sdk/client-ec2",
      "@aws-sdk/client-ecr",
      "@aws-sdk/client-ecs",
      "@aws-sdk/client-elastic-load-balancing-v2",
      "@aws-sdk/client-kms",
      "@aws-sdk/client-eventbridge",
      "@aws-sdk/client-lambda",
      "@aws-sdk/client-rds",
      "@aws-sdk/client-route-53",
      "@aws-sdk/client-s3",
      "@aws-sdk/client-secrets-manager",
      "@aws-sdk/client-service-quotas",
      "@aws-sdk/client-sns",
      "@aws-sdk/client-ssm",
      "@aws-sdk/client-sts",
      "@aws-sdk/signature-v4a",
    ],
  },
  "lib/engines/cdk": {
    imports: ["lib/base", "lib/aws", "lib/config", "lib/plan", "lib/ports"],
    packages: ["aws-cdk-lib", "constructs", "@aws-cdk/toolkit-lib"],
  },
  "lib/engines/pulumi": {
    imports: ["lib/base", "lib/aws", "lib/config", "lib/plan", "lib/ports"],
    packages: ["@pulumi/pulumi", "@pulumi/aws", "google-protobuf"],
  },
  "lib/actions": {
    imports: [
      "lib/base",
      "lib/aws",
      "lib/config",
      "lib/machine",
      "lib/plan",
      "lib/ports",
      "lib/pipeline",
      "lib/release",
      "lib/engines/cdk",
      "lib/engines/pulumi",
      "lib/worlds/aws",
      "lib/worlds/local",
      "lib/worlds/simulated",
    ],
  },
  "lib/cli": { imports: ["lib/base", "lib/actions"], packages: ["commander", "listr2"] },
  /** lib/index.ts: the public API. */
  lib: { imports: ["lib/config"] },
  "lib/delivery.ts": {
    imports: ["lib/config", "lib/engines/cdk", "lib/plan"],
    packages: ["aws-cdk-lib", "constructs"],
  },
  "lib/tap-stack.ts": {
    imports: ["lib/config", "lib/engines/pulumi", "lib/plan"],
    packages: ["@pulumi/pulumi"],
  },
  bin: { imports: ["lib/cli", "lib/engines/cdk", "lib/engines/pulumi"] },
  /** Sources of Lambda functions. */
  "assets/functions": {
    imports: ["lib/base", "lib/ports", "lib/release", "lib/worlds/aws"],
    packages: [
      "@aws-sdk/client-codepipeline",
      "@aws-sdk/client-secrets-manager",
      "@aws/durable-execution-sdk-js",
      "esbuild",
      "mysql2",
      "pg",
    ],
  },
};

interface Source {
  readonly file: string;
  readonly text: string;
  /** Files of this repository, relative to its root. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

const sources = ["lib", "bin", "assets/functions"].flatMap(filesUnder).map(read);

function filesUnder(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((name) => /\.[cm]?[jt]s$/.test(name));
}

/** Finds static, dynamic and type imports, exports from, and `import("…")` types. */
function read(file: string): Source {
  const text = readFileSync(path.join(root, file), "utf8");
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const relative = names.filter((name) => name.startsWith("."));
  return {
    file,
    text,
    files: relative.map((name) => path.join(path.dirname(file), name)),
    packages: names.filter((name) => !name.startsWith(".") && !name.startsWith("node:")).map(packageOf),
  };
}

function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

function roomOf(file: string): string {
  const found = Object.keys(rooms)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (!found || (found === "lib" && file !== "lib/index.ts")) throw new Error(`${file} is in no room of the table`);
  return found;
}

it("every file is in a room, and every room of the table is there", () => {
  for (const { file } of sources) expect(() => roomOf(file)).not.toThrow();
  for (const [room, { imports }] of Object.entries(rooms)) {
    for (const name of [room, ...imports])
      expect({ name, known: name in rooms && existsSync(path.join(root, name)) }).toEqual({ name, known: true });
  }
});

it("rooms import only what the table allows", () => {
  const forbidden = sources.flatMap(({ file, files }) => {
    const room = roomOf(file);
    return files.filter((to) => ![room, ...(rooms[room]?.imports ?? [])].includes(roomOf(to))).map((to) => `${file} imports ${to}`);
  });
  expect(forbidden).toEqual([]);
});

it("packages are imported only in their room", () => {
  const forbidden = sources.flatMap(({ file, packages }) =>
    packages.filter((name) => !rooms[roomOf(file)]?.packages?.includes(name)).map((name) => `${file} imports ${name}`),
  );
  expect(forbidden).toEqual([]);
});

it("no file imports itself through others", () => {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    if (done.has(file) || trail.includes(file)) return;
    for (const next of byFile.get(file)?.files ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const { file } of sources) visit(file, []);
  expect(cycles).toEqual([]);
});

it("no file is longer than 300 lines", () => {
  const long = sources.filter(({ file, text }) => !file.endsWith(".gen.ts") && text.trimEnd().split("\n").length > 300);
  expect(long.map(({ file }) => file)).toEqual([]);
});

it("no file or folder is named after nothing", () => {
  const vague = /^(util|helper|common|shared|misc)s?$/;
  const parts = (file: string): string[] => file.split("/").flatMap((part) => part.replace(/\..*$/, "").split("-"));
  expect(sources.filter(({ file }) => parts(file).some((part) => vague.test(part))).map(({ file }) => file)).toEqual([]);
});

it("lib/index.ts is the only barrel", () => {
  const barrels = sources.filter(({ file, text }) => path.basename(file).startsWith("index.") || /^export (type )?\* /m.test(text));
  expect(barrels.map(({ file }) => file)).toEqual(["lib/index.ts"]);
});
