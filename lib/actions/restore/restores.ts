import { systemClock } from "../../base/time.ts";
import { type Restore, restoreOf } from "../../plan/restore.ts";
import type { StackChanges } from "../../ports/engine.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import type { AwsTold } from "../aws-events.ts";
import { installed } from "../installed.ts";
import type { Target } from "../target.ts";
import { bring, look, type Sides } from "./bring.ts";
import { verify } from "./verify.ts";

/** What a deploy does beside the engine, where it restores a database. */
export interface Restoring {
  /** Brings the snapshot, before the engine restores from it. */
  bring(): Promise<void>;
  /** Looks at what the engine restored. */
  verify(): Promise<void>;
}

/** Where a deploy would restore a database: whether it can, and then what there is to do. Changes nothing. */
export type Restores = (target: Target, changes: readonly StackChanges[], tell: (told: AwsTold) => void) => Promise<Restoring | undefined>;

/** Where snapshots are kept, and who asks for them. */
interface Owner {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn?: string;
}

/** Opens the snapshots of an account and region. */
type Open = (owner: Owner) => Promise<{ readonly snapshots: Snapshots; close(): void }>;

/** A snapshot is used once: whatever is said of it later, a database that is there is not restored again, and so nobody looks for it (B08). */
export const restoresBy =
  (open: Open, clock = systemClock): Restores =>
  async ({ config, plan }, changes, tell) => {
    const restore = restoreOf(config, plan);
    if (!restore || !begins(restore, changes)) return undefined;
    const within = (work: (sides: Sides) => Promise<void>) => withSides(open, restore, (sides) => work({ ...sides, clock, tell }));
    await within((sides) => look(restore, sides));
    return { bring: () => within((sides) => bring(restore, sides)), verify: () => within((sides) => verify(restore, sides)) };
  };

const begins = ({ stack, resource }: Restore, changes: readonly StackChanges[]): boolean =>
  changes.some((one) => one.stack === stack && one.changes.some(({ id, will }) => id === resource && will === "create"));

async function withSides(open: Open, restore: Restore, work: (sides: Pick<Sides, "here" | "there">) => Promise<void>): Promise<void> {
  const here = await open(restore);
  try {
    const there = restore.source && (await open(restore.source));
    try {
      await work({ here: here.snapshots, ...(there && { there: there.snapshots }) });
    } finally {
      there?.close();
    }
  } finally {
    here.close();
  }
}

/** The optional packages that snapshots need. */
export const restorePackages = ["@aws-sdk/client-rds", "@aws-sdk/client-kms", "@aws-sdk/client-sts"];

/** With what AWS's SDK finds in its environment. */
export const restoresOnAws: Restores = restoresBy((owner) =>
  installed("restoring a database", restorePackages, async () => {
    const { openSnapshots } = await import("../../worlds/aws/open-snapshots.ts");
    return await openSnapshots(owner);
  }),
);
