import { UserError } from "../../base/errors.ts";
import { physicalName } from "../../plan/physical-name.ts";
import type { Plan } from "../../plan/template.ts";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import { foldRecoveries, type Recoveries } from "../../release/recovery/state.ts";
import { isGoneHere } from "../../worlds/local/ledger.ts";
import { installed } from "../installed.ts";
import type { RecoveryView } from "../views.ts";

/** Where the ledger of recoveries is. */
interface Table {
  readonly environment: string;
  readonly region: string;
  readonly table: string;
}

/** By the map of what is deployed; undefined where the environment has nowhere to move to. */
export function tableIn({ environment, stacks }: EnvironmentMap): Table | undefined {
  const stack = stacks.find(({ part }) => part === "recoveries");
  const table = stack?.outputs.RecoveryTable;
  return stack && table !== undefined ? { environment, region: stack.region, table } : undefined;
}

/** By the plan, for whoever has no map. */
export function tablePlanned({ environment, stacks }: Plan): Table | undefined {
  const stack = stacks.find(({ part }) => part === "recoveries");
  const made = stack?.resources.find(({ type }) => type === "AWS::DynamoDB::Table");
  const table = made && physicalName(made);
  return stack && table !== undefined ? { environment, region: stack.region, table } : undefined;
}

/** What the ledger of recoveries tells; undefined before the deploy that makes it. */
export function readRecoveries(at: Table): Promise<Recoveries | undefined> {
  return installed("the ledger of recoveries", ["@aws-sdk/client-dynamodb"], async () => {
    const { openTable } = await import("../../worlds/aws/table.ts");
    const { ledger, close } = openTable(at, isGoneHere);
    try {
      return foldRecoveries(await ledger.read());
    } catch (error) {
      if (error instanceof UserError && error.code === "world/changed") return undefined;
      throw error;
    } finally {
      close();
    }
  });
}

/**
 * Throws while an environment is on its way to its other region, or is there: a release would start copies where no caller comes, and a deploy
 * would take counts, weights and databases of both regions for those of the plan. What cannot be read is refused, too.
 */
export async function refuseElsewhere(at: Table | undefined, what: "release" | "deploy"): Promise<void> {
  const recoveries = at && (await readRecoveries(at));
  if (!at || !recoveries) return;
  const { recovery, moved } = recoveries;
  const { environment } = at;
  // A replica that is made anew is none of a release's business, and of a deploy's it is: its engine would not find the database.
  const isBeside = what === "release" && recovery?.plan.kind === "replicate";
  if (recovery && !recovery.ended && !isBeside) {
    const { kind, id } = recovery.plan;
    throw new UserError(
      "release/unfinished",
      `the ${kind} ${id} has not ended, so there is no ${what}`,
      `go on with it: sluice ${kind} ${environment}`,
    );
  }
  if (moved?.plan.kind !== "failover") return;
  const { id, from, to } = moved.plan;
  throw new UserError(
    "release/unfinished",
    `${environment} is served from ${to} since ${id}, and a ${what} is for ${from}`,
    `move it back first: sluice replicate ${environment}, which takes hours, then sluice failback ${environment}`,
  );
}

/** From where an environment is served, and what moves it. What keeps it from looking is told and stops nothing. */
export async function servedView(map: EnvironmentMap): Promise<RecoveryView | undefined> {
  const at = tableIn(map);
  const primary = map.stacks.find(({ part }) => part === "ledger")?.region;
  if (!at || primary === undefined) return undefined;
  try {
    const recoveries = await readRecoveries(at);
    return recoveries && viewOf(recoveries, primary, map.environment);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { primary, because: error.message };
  }
}

/** After a move there is no replica to move to; callers who are away come back with the next move. */
function nextOf({ moved, hasReplica }: Recoveries, environment: string): string {
  const replicate = hasReplica ? [] : [`sluice replicate ${environment}`];
  const back = moved?.plan.kind === "failover" ? [`sluice failback ${environment}`] : [];
  return [...replicate, ...back].join(", then ");
}

function viewOf(recoveries: Recoveries, primary: string, environment: string): RecoveryView {
  const { recovery, moved } = recoveries;
  const running = recovery && !recovery.ended ? recovery.plan : undefined;
  return {
    primary,
    because: "",
    next: nextOf(recoveries, environment),
    ...(moved?.ended && {
      served: { region: moved.plan.to, since: moved.ended.at, by: moved.plan.id, version: moved.plan.served.artifact.version },
    }),
    ...(running && { running: { recovery: running.id, kind: running.kind, to: running.to } }),
  };
}
