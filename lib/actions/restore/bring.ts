import { arnOf } from "../../aws/arns.ts";
import { UserError } from "../../base/errors.ts";
import { type Clock, showDuration } from "../../base/time.ts";
import type { Restore, Source } from "../../plan/restore.ts";
import type { Progress } from "../../ports/engine.ts";
import type { Snapshot, Snapshots } from "../../ports/snapshots.ts";
import type { Result } from "../../ports/step-result.ts";
import { keyUnfit } from "./fits.ts";
import { patiently } from "./patiently.ts";
import { notAvailable, ofAnother, refuseMissing, refuseSource, refuseUnfit } from "./refusals.ts";

/** The accounts of a restore, and how to wait for them. */
export interface Sides {
  /** Where the database is to be. */
  readonly here: Snapshots;
  /** Where the snapshot comes from, if it is brought. */
  readonly there?: Snapshots;
  readonly clock: Clock;
  readonly tell: (progress: Progress) => void;
}

/**
 * Whether the snapshot is there and can become the database, or else whether it can be brought. Changes nothing. Throws `snapshot/missing`, or
 * `snapshot/unfit` with all that is wrong (B08).
 */
export async function look(restore: Restore, sides: Sides): Promise<void> {
  const { here, there, clock } = sides;
  const note = noting(sides);
  const { snapshot, source } = restore;
  const [found, key] = [await here.find(snapshot), await keyHere(restore, here)];
  if (found) {
    refuseUnfit(restore, `snapshot ${snapshot}`, found, [
      ...(source ? ofAnother(source, found) : notAvailable(found)),
      ...keyUnfit(restore, found, key),
    ]);
    return note(`the database begins with the snapshot ${snapshot} of ${found.of}${ageOf(found, clock)}`);
  }
  if (!source || !there) return await refuseMissing(restore, here);
  await refuseSource(restore, source, there);
  note(`the database begins with a snapshot of ${source.database} in ${source.account}, which this deploy brings here as ${snapshot}`);
}

/** What was written after it was taken is not in it. */
const ageOf = ({ takenAt }: Snapshot, clock: Clock): string =>
  takenAt === undefined ? "" : `, taken ${showDuration(clock.now() - takenAt)} ago`;

/**
 * Brings the snapshot: takes it in the account of the source, lets this one copy it, copies it under the key of the database, and ends the
 * sharing. Done at once where it is here. Safe to repeat after any stop: each step looks for what it is to make by its name, so nothing is
 * taken or copied twice. Nothing is to be taken back: the source is as it was, and a person deletes snapshot and copy.
 */
export async function bring(restore: Restore, sides: Sides): Promise<void> {
  const { here, there } = sides;
  const { snapshot, source, account, key } = restore;
  if (source && there) {
    const from = arnOf(source.region, "rds", source.account, `snapshot:${source.snapshot}`);
    if (!(await here.find(snapshot))) await takeThere(restore, source, there, sides);
    await until(sides, restore, () => here.copy(snapshot, from, key), letsCopy(restore, source)).catch(async (error: unknown) => {
      // What AWS gave up nobody copies any more. What it did not answer may go on.
      const isOver = error instanceof UserError && error.code === "snapshot/failed";
      if (isOver && source.roleArn !== undefined) await there.unshare(source.snapshot, account);
      throw error;
    });
    if (source.roleArn !== undefined) await there.unshare(source.snapshot, account);
  }
  const found = await here.find(snapshot);
  if (!found) return await refuseMissing(restore, here);
  refuseUnfit(restore, `snapshot ${snapshot}`, found, [...notAvailable(found), ...keyUnfit(restore, found, await keyHere(restore, here))]);
}

async function takeThere(restore: Restore, source: Source, there: Snapshots, sides: Sides): Promise<void> {
  await refuseSource(restore, source, there);
  const again = `delete ${source.snapshot} in ${source.account}, and deploy again`;
  await until(sides, restore, () => there.take(source.snapshot, source.database), again);
  if (source.roleArn !== undefined) await there.share(source.snapshot, restore.account);
}

const letsCopy = ({ account, snapshot }: Restore, { environment }: Source): string =>
  `deploy ${environment} first, whose key then lets ${account} copy; see that whoever deploys may use both keys; and delete ${snapshot} where it failed`;

/** Looks again and again until a verb is done, and tells how far it is. */
async function until(sides: Sides, { stack }: Restore, verb: () => Promise<Result>, fix: string): Promise<void> {
  const note = noting(sides);
  const asked = () => patiently(verb, sides.clock, note);
  for (let result = await asked(); result.is !== "done"; result = await asked()) {
    if (result.is === "failed") throw new UserError("snapshot/failed", result.because, fix, result.details);
    sides.tell({ type: "stack", stack, is: "started" });
    note(result.because);
    await sides.clock.wait(result.lookAgainIn);
  }
}

/** Tells a text, unless it was the last one. */
export function noting({ tell }: Pick<Sides, "tell">): (text: string) => void {
  let said = "";
  return (text) => {
    if (text !== said) tell({ type: "note", text });
    said = text;
  };
}

/** The key that the database lies under. One that a snapshot is brought to is made by the phase before; else it may come with the database. */
async function keyHere({ key, source, environment }: Restore, here: Snapshots): Promise<string | undefined> {
  const found = await here.key(key);
  if (found || !source) return found;
  throw new UserError(
    "snapshot/unfit",
    `the key ${key} is not there, and the snapshot is to be copied under it`,
    `deploy ${environment} in the phase "initial" first, which makes it`,
  );
}
