import type { EngineName } from "../actions/engines.ts";
import { plan, programOf, templatesOf, viewOf } from "../actions/plan.ts";
import { UserError } from "../base/errors.ts";
import { printData } from "./output.ts";
import { paintFor } from "./paint.ts";
import type { PlanFormat } from "./plan-format.ts";
import { planTable, planTree } from "./plan-text.ts";

interface PlanRequest {
  readonly folder: string;
  readonly environment?: string;
  readonly config?: string;
  readonly format: PlanFormat;
  readonly engine?: EngineName;
}

/** `sluice plan`: everything that would exist, to stdout. */
export async function showPlan({ folder, format, engine, ...wanted }: PlanRequest): Promise<number> {
  if (engine === "pulumi" && format !== "json") {
    throw new UserError(
      "usage/invalid",
      "what Pulumi makes of a plan is printed as JSON alone",
      "add --format json, or leave --engine out",
    );
  }
  const lines =
    engine === "pulumi" ? [JSON.stringify(await programOf(folder, wanted), undefined, 2)] : linesOf(await plan(folder, wanted), format);
  await printData(lines);
  return 0;
}

function linesOf(planned: Awaited<ReturnType<typeof plan>>, format: PlanFormat): readonly string[] {
  switch (format) {
    case "tree":
      return planTree(viewOf(planned), paintFor(process.stdout));
    case "table":
      return planTable(viewOf(planned));
    case "json":
      return [JSON.stringify(templatesOf(planned), undefined, 2)];
  }
}
