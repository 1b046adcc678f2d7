import { readFile } from "node:fs/promises";
import { errorNumber, UserError } from "../base/errors.ts";
import type { Plan } from "../plan/template.ts";
import type { Outputs } from "../ports/engine.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { environmentMapOf } from "./environment-map.ts";

/** How a file comes about that holds the outputs of a plan's stacks. */
const how = "write it with: pulumi stack output --json > FILE, or cdk deploy --outputs-file FILE";

/**
 * The map of what `pulumi up` or `cdk deploy` made, from the file in which they told the outputs of its stacks. Throws `outputs/unfit` where that is
 * no such file, or one of another plan.
 */
export async function mapTold(plan: Plan, file: string): Promise<EnvironmentMap> {
  const outputs = outputsIn(plan, await readJson(file));
  // A person deploys it before the pipeline that it lets in, perhaps by another program, and nothing of it is read.
  const stacks = plan.stacks.filter(({ part, name }) => part !== "access" || outputs[name]);
  const missing = stacks.flatMap((stack) =>
    stack.outputs.flatMap(({ name }) => (outputs[stack.name]?.[name] === undefined ? [`${stack.name}: ${name}`] : [])),
  );
  if (missing.length > 0) throw unfit(file, `has not all that the plan of "${plan.environment}" tells`, missing);
  return environmentMapOf({ ...plan, stacks }, outputs);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || errorNumber(error) !== undefined) throw unfit(file, "cannot be read", [String(error)]);
    throw error;
  }
}

/**
 * By stack and name, wherever in it they are: CDK writes the stacks of an app side by side, a program of Pulumi exports them under a name of its own
 * (`stacks`, as `bin/tap.ts` does), and a build hands those of several stacks of Pulumi on under their names.
 */
function outputsIn(plan: Plan, told: unknown): Outputs {
  const found: Record<string, Record<string, string>> = {};
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (!plan.stacks.some((stack) => stack.name === name)) look(inner);
      else found[name] ??= Object.fromEntries(Object.entries(Object(inner)).map(([output, one]) => [output, String(one)]));
    }
  };
  look(told);
  return found;
}

/** What else the file lacks is likely more of the same. */
const mostTold = 5;

function unfit(file: string, is: string, details: readonly string[]): UserError {
  const more = details.length > mostTold ? [`and ${details.length - mostTold} more`] : [];
  return new UserError("outputs/unfit", `${file} ${is}`, how, [...details.slice(0, mostTold), ...more]);
}
