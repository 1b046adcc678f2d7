import { plan, templatesOf, viewOf } from "../actions/plan.ts";
import { openOutput } from "./output.ts";
import { paintFor } from "./paint.ts";
import type { PlanFormat } from "./plan-format.ts";
import { planTable, planTree } from "./plan-text.ts";

export interface PlanRequest {
  readonly folder: string;
  readonly environment?: string;
  readonly config?: string;
  readonly format: PlanFormat;
}

/** `sluice plan`: everything that would exist, to stdout. */
export async function showPlan({ folder, format, ...wanted }: PlanRequest): Promise<number> {
  const planned = await plan(folder, wanted);
  const output = openOutput(process.stdout, () => {});
  output.write(linesOf(planned, format));
  await output.flush();
  output.close();
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
