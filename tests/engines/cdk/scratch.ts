import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type App, type AppProps, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterAll } from "vitest";
import { renderApp } from "../../../lib/engines/cdk/render.ts";
import type { Plan } from "../../../lib/plan/template.ts";

// CDK leaves folders behind in the temporary folder that it finds at its first use: it gets one that goes away.
const before = process.env.TMPDIR;
const folder = mkdtempSync(path.join(tmpdir(), "test-cdk-"));
process.env.TMPDIR = folder;
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});

/** What is in the temporary folder of this test file. */
export const leftovers = (): string[] => readdirSync(folder);

/** Renders without CloudFormation's own validation, which takes seconds. */
export const appOf = (plan: Plan, options: AppProps = {}): App => renderApp(plan, { builtinCloudFormationValidation: false, ...options });

export const synthesised = (plan: Plan) => appOf(plan).synth();

/** What cdk-nag's AwsSolutions rules find in the plan: `rule path`, sorted. */
export function nagFindings(plan: Plan): string[] {
  const app = appOf(plan);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error && error.name === "ValidationFailed")) throw error;
  }
  const report: Report = JSON.parse(readFileSync(path.join(app.outdir, "validation-report.json"), "utf8"));
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`))
    .sort();
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}
