import { rehearsalEnvironment } from "../base/commands.ts";
import { UserError } from "../base/errors.ts";
import { systemClock } from "../base/time.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Ledger } from "../ports/ledger.ts";
import { refuseHeld } from "../release/controller.ts";
import { type Environment, readEnvironment } from "../release/state.ts";
import { holderHere, isGoneHere } from "../worlds/local/ledger.ts";
import type { LockReleases } from "./deploy.ts";
import { whileNobodyReleases } from "./deploy-lock.ts";
import { readMap } from "./environment-map.ts";
import { installed } from "./installed.ts";
import { plannedLedger } from "./kept-map.ts";
import { stateOf } from "./project.ts";
import { refuseElsewhere, tablePlanned } from "./recovery/served.ts";
import { rehearsalLedger } from "./rehearsal/open.ts";
import type { Asked, Target } from "./target.ts";
import { userName } from "./user.ts";

/** The command by which a release of an environment goes on: its plan knows the version. */
export const goOnCommand = (environment: string): string =>
  environment === rehearsalEnvironment ? "sluice rehearse" : `sluice release ${environment}`;

/** The command by which one begins. */
export const startCommand = (environment: string): string =>
  environment === rehearsalEnvironment ? "sluice rehearse" : `sluice release ${environment} --version VERSION`;

/**
 * Keeps releases out of an environment while a deploy works there, those that move weights and those that have AWS move them. Where there is no ledger
 * yet, there is nothing to keep out: it is one of the stacks that the deploy makes.
 */
export const lockReleases: LockReleases = async (target, tell, work) => {
  await refuseElsewhere(tablePlanned(target.plan), "deploy");
  return withItsLedger(target, async (ledger) => {
    const note = (text: string): void => tell({ type: "note", text });
    if (!ledger) return await work(undefined);
    const by = { ledger, clock: systemClock, holder: holderHere(userName()), note, environment: target.plan.environment };
    return await whileNobodyReleases(by, (before) => work(heldByUs(target) || isUnfinished(before) ? before : undefined));
  });
};

/** What AWS moves is AWS's again once a release has ended (ADR 0025). */
const isUnfinished = ({ release }: Environment): boolean => release !== undefined && !release.ended;

const heldByUs = ({ config }: Target): boolean => config.rollout.weightHolder === "release";

/** Throws `release/held` while somebody releases an environment that was deployed from here. */
export const refuseWhileReleasing = (target: Target): Promise<void> =>
  withItsLedger(target, async (ledger) => {
    if (!ledger) return;
    const { held } = await readEnvironment(ledger);
    await refuseHeld(ledger, held, holderHere(userName()), systemClock.now(), target.plan.environment);
  });

/** Gives the ledger of an environment that has releases, or undefined before there is one and after it was deleted. */
async function withItsLedger<T>({ config, plan }: Target, use: (ledger?: Ledger) => Promise<T>): Promise<T> {
  const place = config.rollout.weightHolder === "engine" ? undefined : plannedLedger(plan);
  if (!place) return await use();
  return await withTable(place, async (ledger) => use((await isThere(ledger)) ? ledger : undefined));
}

async function isThere(ledger: Ledger): Promise<boolean> {
  try {
    await ledger.read(() => true);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === "world/changed") return false;
    throw error;
  }
}

/** Gives the ledger of an environment to whoever writes to it: that of rehearsals is on this machine, any other one on AWS. */
export async function withLedger<T>(asked: Asked, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  if (asked.environment === rehearsalEnvironment) return use(rehearsalLedger(stateOf(asked.folder)));
  return withTable(await readMap(asked), use);
}

/** The same for whoever has the map already; `isGone` says which holders are. */
export function withTable<T>(map: EnvironmentMap, use: (ledger: Ledger) => Promise<T>, isGone = isGoneHere): Promise<T> {
  return installed("the ledger on AWS", ["@aws-sdk/client-dynamodb"], async () => {
    const { openLedger } = await import("../worlds/aws/table.ts");
    const { ledger, close } = openLedger(map, isGone);
    try {
      return await use(ledger);
    } finally {
      close();
    }
  });
}
