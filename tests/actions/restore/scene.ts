import type { AwsTold } from "../../../lib/actions/aws-events.ts";
import { restoresBy } from "../../../lib/actions/restore/restores.ts";
import type { Target } from "../../../lib/actions/target.ts";
import { type Clock, instant } from "../../../lib/base/time.ts";
import type { Config } from "../../../lib/config/config.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { restoreOf } from "../../../lib/plan/restore.ts";
import type { StackChanges } from "../../../lib/ports/engine.ts";
import type { Snapshots, StoredDatabase } from "../../../lib/ports/snapshots.ts";
import { configured } from "../../examples/b/plans.ts";
import { type Account, accountOf, memorySnapshots } from "./memory.ts";

/** A database as development's plan makes it. */
export const databaseOf = (change: Partial<StoredDatabase> = {}): StoredDatabase => ({
  id: "orders-development-use1-database",
  engine: "mysql",
  version: "8.4.9",
  status: "available",
  storage: 100,
  user: "sluice",
  keyArn: "arn:aws:kms:us-east-1:111122223333:key/development",
  host: "orders-development-use1-database.abcdefghijkl.us-east-1.rds.amazonaws.com",
  ...change,
});

/** Development and production of system B, in the phase that restores the database. */
export function scene(migration: object = {}, change: (config: Config) => Config = (config) => config) {
  const config = change(configured({}, { phase: "snapshot", weight: undefined, ...migration }));
  const plan = buildPlan(config, "production");
  const target: Target = { folder: "", config, plan, only: {} };
  const restore = restoreOf(config, plan);
  if (!restore) throw new Error("nothing is restored");
  const [development, production] = [accountOf("111122223333"), accountOf("444455556666")];
  const database = databaseOf();
  development.databases.set(database.id, database);
  development.keys.set("alias/orders-development-use1-data", database.keyArn ?? "");
  production.keys.set("alias/orders-production-use1-data", "arn:aws:kms:us-east-1:444455556666:key/production");
  let now = Date.parse("2026-11-20T10:00:00Z");
  const clock: Clock = {
    now: () => instant(now),
    wait: async (span) => {
      now += span;
    },
  };
  const accounts: readonly Account[] = [development, production];
  const told: AwsTold[] = [];
  const opened: string[] = [];
  /** What the deploy of a database that is not there yet does; `around` stands between it and the accounts. */
  const restores = (around: (snapshots: Snapshots) => Snapshots = (one) => one) =>
    restoresBy(async ({ account, roleArn }) => {
      opened.push(roleArn ?? account);
      const found = accounts.find(({ id }) => id === account);
      if (!found) throw new Error(`nobody has the account ${account}`);
      const others = accounts.filter((one) => one !== found);
      return { snapshots: around(memorySnapshots(found, others, clock.now)), close: () => opened.push(`closed ${account}`) };
    }, clock)(target, creating(restore), (one) => told.push(one));
  return { config, plan, target, restore, development, production, clock, told, opened, restores };
}

export type Scene = ReturnType<typeof scene>;

const creating = ({ stack, resource }: { readonly stack: string; readonly resource: string }): readonly StackChanges[] => [
  { stack, changes: [{ id: resource, of: "AWS::RDS::DBInstance", will: "create", properties: [] }], outputs: [] },
];

/** What the engine restores from the snapshot. */
export function restored({ production, restore }: Scene, change: Partial<StoredDatabase> = {}): void {
  const from = production.snapshots.get(restore.snapshot);
  const host = `${restore.database}.abcdefghijkl.us-east-1.rds.amazonaws.com`;
  production.databases.set(restore.database, databaseOf({ ...from, id: restore.database, status: "available", host, ...change }));
}

export const notes = ({ told }: Scene): readonly string[] => told.flatMap((one) => (one.type === "note" ? [one.text] : []));
