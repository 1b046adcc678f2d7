import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

type Packages = typeof import("@actions/workflow-parser") & typeof import("@actions/expressions");

/** GitHub's own packages, which Node cannot load as they are published. */
async function load(): Promise<Packages> {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-github-"));
  const outfile = path.join(folder, "github.mjs");
  await build({
    stdin: {
      contents: 'export * from "@actions/workflow-parser"; export * from "@actions/expressions";',
      resolveDir: path.join(import.meta.dirname, "../../.."),
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const packages = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return packages;
}

const { parseWorkflow, NoOperationTraceWriter, Lexer, Parser, Evaluator, data } = await load();

/** What GitHub's reader of workflows says against a file. */
export function problemsOf(content: string): readonly string[] {
  const { context } = parseWorkflow({ name: "ci-cd.yml", content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(String);
}

/** How the steps before ended, for `failure()` and `cancelled()`. */
export type Ended = "success" | "failure" | "cancelled";

/** What an expression of a workflow is, with GitHub's own evaluator: the value of its one `${{ }}`, or the text with each in its place. */
export function evaluated(text: string, contexts: Readonly<Record<string, unknown>>, ended: Ended = "success"): unknown {
  const one = (expression: string): unknown => {
    const status = (["success", "failure", "cancelled"] as const).map((name) => {
      return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(ended === name) };
    });
    const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), status).parse();
    const context = JSON.parse(JSON.stringify(contexts), data.reviver);
    return JSON.parse(
      JSON.stringify(new Evaluator(parsed, context, new Map(status.map((info) => [info.name, info]))).evaluate(), data.replacer),
    );
  };
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text)?.[1];
  return whole !== undefined ? one(whole) : text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_all, expression: string) => String(one(expression)));
}
