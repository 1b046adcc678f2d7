import { UserError } from "../base/errors.ts";
import { physicalName } from "../plan/physical-name.ts";
import type { Plan } from "../plan/template.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { mayPass } from "../release/patience.ts";
import type { KeptMap } from "../worlds/aws/kept-map.ts";
import { installed } from "./installed.ts";
import { type Asked, openTarget } from "./target.ts";

/** Where a plan has its ledger: whoever deploys from elsewhere has no map, and must find it all the same. Undefined where it has none. */
export const plannedLedger = (plan: Plan): EnvironmentMap | undefined => ledgerPlanned(plan, "ledger");

/** That of releases, or the one of recoveries, which is in the other region and is had when the first is lost. */
function ledgerPlanned({ environment, stacks }: Plan, wanted: "ledger" | "recoveries"): EnvironmentMap | undefined {
  const stack = stacks.find(({ part }) => part === wanted);
  const table = stack?.resources.find(({ type }) => type === "AWS::DynamoDB::Table");
  const LedgerTable = table && physicalName(table);
  if (!stack || LedgerTable === undefined) return undefined;
  const { name, account, region } = stack;
  return { v: 1, environment, stacks: [{ part: "ledger", name, account, region, outputs: { LedgerTable } }] };
}

const tableOf = ({ stacks }: EnvironmentMap): string =>
  stacks.map(({ region, outputs }) => `the ledger ${outputs.LedgerTable} in ${region}`).join();

/** What is said where a map cannot be kept. */
type Note = (text: string) => void;

/**
 * Keeps the map of a deploy beside the environment's ledgers, or none after all was destroyed. What keeps it from doing so is told and stops nothing:
 * the deploy is done, and this machine has its file.
 */
export async function keepMap(plan: Plan, map: EnvironmentMap | undefined, note: Note): Promise<void> {
  const [first, other] = [ledgerPlanned(plan, "ledger"), ledgerPlanned(plan, "recoveries")];
  const keep = async (place: EnvironmentMap | undefined, isNot: string): Promise<void> => {
    if (!place) return;
    try {
      const isKept = await beside(place, (kept) => kept.keep(map));
      if (map && !isKept) note(`${isNot}: ${tableOf(place)} is not there; keep it again once it is deployed`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      note(`${isNot}: ${error.message}`);
    }
  };
  await keep(first, "the map is on this machine alone");
  const [{ region: lost } = { region: "" }] = first?.stacks ?? [];
  await keep(other, `the map is not in ${other?.stacks[0]?.region}, from where other machines have it if ${lost} is lost`);
}

/**
 * The map that the last deploy of an environment kept, from wherever that was; where its ledger does not answer, as when its region is lost, from the
 * other region. Undefined where no deploy kept one, or where the project has no configuration. Throws `plan/environment` where that does not know the
 * environment.
 */
export async function readKept(asked: Asked): Promise<EnvironmentMap | undefined> {
  const plan = await planOf(asked);
  return plan && (await readKeptOf(plan));
}

/** The same for whoever has planned the environment already. */
export async function readKeptOf(plan: Plan): Promise<EnvironmentMap | undefined> {
  const place = ledgerPlanned(plan, "ledger");
  if (!place) return undefined;
  try {
    return await beside(place, (kept) => kept.read());
  } catch (error) {
    const other = ledgerPlanned(plan, "recoveries");
    if (!other || !mayPass(error)) throw error;
    const there = await beside(other, (kept) => kept.read()).catch(() => undefined);
    if (there) return there;
    // That it is not there says nothing of the first: deploys from before put none there.
    throw error;
  }
}

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
