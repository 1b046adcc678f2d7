import { UserError } from "../base/errors.ts";
import { physicalName } from "../plan/physical-name.ts";
import type { Plan } from "../plan/template.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { KeptMap } from "../worlds/aws/kept-map.ts";
import { installed } from "./installed.ts";
import { type Asked, openTarget } from "./target.ts";

/** Where a plan has its ledger: whoever deploys from elsewhere has no map, and must find it all the same. Undefined where it has none. */
export function plannedLedger({ environment, stacks }: Plan): EnvironmentMap | undefined {
  const stack = stacks.find(({ part }) => part === "ledger");
  const table = stack?.resources.find(({ type }) => type === "AWS::DynamoDB::Table");
  const LedgerTable = table && physicalName(table);
  if (!stack || LedgerTable === undefined) return undefined;
  const { part, name, account, region } = stack;
  return { v: 1, environment, stacks: [{ part, name, account, region, outputs: { LedgerTable } }] };
}

const tableOf = (plan: Plan): string =>
  plannedLedger(plan)
    ?.stacks.map(({ region, outputs }) => `the ledger ${outputs.LedgerTable} in ${region}`)
    .join() ?? "";

/** What is said where a map cannot be kept. */
type Note = (text: string) => void;

/**
 * Keeps the map of a deploy beside the environment's ledger, or none after all was destroyed. What keeps it from doing so is told and stops nothing:
 * the deploy is done, and this machine has its file.
 */
export async function keepMap(plan: Plan, map: EnvironmentMap | undefined, note: Note): Promise<void> {
  try {
    const isKept = await withKept(plan, (kept) => kept.keep(map));
    if (map && isKept === false) note(`the map is on this machine alone: ${tableOf(plan)} is not there; keep it again once it is deployed`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    note(`the map is on this machine alone: ${error.message}`);
  }
}

/**
 * The map that the last deploy of an environment kept, from wherever that was. Undefined where none did, or where the project has no
 * configuration. Throws `plan/environment` where that does not know the environment.
 */
export async function readKept(asked: Asked): Promise<EnvironmentMap | undefined> {
  const plan = await planOf(asked);
  return plan && (await readKeptOf(plan));
}

/** The same for whoever has planned the environment already. */
export const readKeptOf = (plan: Plan): Promise<EnvironmentMap | undefined> => withKept(plan, (kept) => kept.read());

async function planOf(asked: Asked): Promise<Plan | undefined> {
  try {
    return (await openTarget(asked)).plan;
  } catch (error) {
    // A name that the configuration does not have is a mistake of who typed it.
    if (error instanceof UserError && error.code !== "plan/environment") return undefined;
    throw error;
  }
}

/** The map that is kept beside the ledger of an environment that was deployed; undefined where it has none. */
export async function readKeptBeside(map: EnvironmentMap): Promise<EnvironmentMap | undefined> {
  return map.stacks.some(({ part }) => part === "ledger") ? await beside(map, (kept) => kept.read()) : undefined;
}

async function withKept<T>(plan: Plan, use: (kept: KeptMap) => Promise<T>): Promise<T | undefined> {
  const place = plannedLedger(plan);
  return place && (await beside(place, use));
}

function beside<T>(place: EnvironmentMap, use: (kept: KeptMap) => Promise<T>): Promise<T> {
  return installed("the map beside the ledger", ["@aws-sdk/client-dynamodb"], async () => {
    const { openMap } = await import("../worlds/aws/table.ts");
    const { kept, close } = openMap(place);
    try {
      return await use(kept);
    } finally {
      close();
    }
  });
}
