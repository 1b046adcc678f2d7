import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { isTree } from "../../../lib/engines/pulumi/codecs.ts";
import type { Node } from "../../../lib/engines/pulumi/graph.ts";
import { systems } from "../../judges/systems.ts";
import { captured } from "./programs.ts";

const root = path.join(import.meta.dirname, "../../..");

/** A value as TypeScript. What AWS will say, and what is secret, may be of any type: nothing is claimed of it. */
function written(value: unknown): string {
  if (typeof value === "string" && /^⟦[^⟧]+⟧$/.test(value)) return "told";
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (!isTree(value)) return JSON.stringify(value);
  if ("$secret" in value || "$unknown" in value) return "told";
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${written(one)}`)
    .join(", ")} }`;
}

/** What was sent is JSON where the arguments are objects, for providers alone. */
const isNative = ({ custom, type }: Node): boolean => custom && /^(aws|random):/.test(type);

function lineOf({ type, inputs }: Node): string {
  const [, provider = "", module = "", name = ""] = /^(\w+):(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const args = provider === "random" ? `random.${name}Args` : `aws.${module}.${name}Args`;
  return `take<${args}>(${written(inputs)});`;
}

/** What TypeScript says of a file that imports Pulumi's packages. */
function complaints(lines: readonly string[]): readonly string[] {
  // Beside node_modules, or the packages would not be found.
  const folder = mkdtempSync(path.join(root, ".types-"));
  try {
    const file = path.join(folder, "rendered.ts");
    const head = [
      'import type * as aws from "@pulumi/aws";',
      'import type * as random from "@pulumi/random";',
      "declare function take<T>(args: T): void;",
      "declare const told: any;",
    ];
    writeFileSync(file, [...head, ...lines, ""].join("\n"));
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node"],
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.NodeNext,
    };
    const program = ts.createProgram([file], options);
    const source = program.getSourceFile(file);
    return program.getSemanticDiagnostics(source).map(({ start = 0, messageText }) => {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${[...head, ...lines][line]?.slice(0, 90)}: ${ts.flattenDiagnosticMessageText(messageText, "\n").slice(0, 300)}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("B17 C05 every resource of every example is what @pulumi/aws's own types take", { timeout: 300_000 }, async () => {
  const lines = new Set<string>();
  for (const { plan } of systems) for (const node of (await captured(plan)).resources.filter(isNative)) lines.add(lineOf(node));
  const wrong = 'take<aws.ec2.VpcArgs>({ cidrBlok: "10.0.0.0/16" });';
  const found = complaints([...lines, wrong]);
  expect(lines.size).toBeGreaterThan(500);
  expect(found).toEqual([expect.stringContaining("cidrBlok")]);
});
