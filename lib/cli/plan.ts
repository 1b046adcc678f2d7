import { plan, templatesOf, viewOf } from "../actions/plan.ts";
import { printData } from "./output.ts";
import { paintFor } from "./paint.ts";
import type { PlanFormat } from "./plan-format.ts";
import { planTable, planTree } from "./plan-text.ts";

interface PlanRequest {
  readonly folder: string;
  readonly environment?: string;
  readonly config?: string;
  readonly format: PlanFormat;
}

/** `sluice plan`: everything that would exist, to stdout. */
export async function showPlan({ folder, format, ...wanted }: PlanRequest): Promise<number> {
  const planned = await plan(folder, wanted);
  await printData(linesOf(planned, format));
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
