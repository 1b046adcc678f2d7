import { arnOf } from "../../../lib/aws/arns.ts";
import { duration, type Instant } from "../../../lib/base/time.ts";
import type { Snapshot, Snapshots, StoredDatabase } from "../../../lib/ports/snapshots.ts";
import { done, type Result } from "../../../lib/ports/step-result.ts";

export const region = "us-east-1";

/** What an account keeps, and what was done to it. */
export interface Account {
  readonly id: string;
  readonly databases: Map<string, StoredDatabase>;
  readonly snapshots: Map<string, Snapshot>;
  readonly keys: Map<string, string>;
  /** Accounts that may copy a snapshot. */
  readonly shared: Map<string, Set<string>>;
  /** Effects in their order; looks are not. */
  readonly did: string[];
}

export const accountOf = (id: string): Account => ({
  id,
  databases: new Map(),
  snapshots: new Map(),
  keys: new Map(),
  shared: new Map(),
  did: [],
});

/** Snapshots in memory: each needs three looks before it is there, and one that another account has is copied only while it is shared. */
export function memorySnapshots(account: Account, others: readonly Account[] = [], now: () => Instant = () => 0 as Instant): Snapshots {
  const { databases, snapshots, shared, keys, did } = account;
  const cameTo = (found: Snapshot): Result => {
    if (found.status === "available") return done;
    if (found.status === "failed") return { is: "failed", because: `AWS could not make the snapshot ${found.id}` };
    const percent = found.percent + 40;
    snapshots.set(found.id, percent < 100 ? { ...found, percent } : { ...found, percent: 100, status: "available" });
    return { is: "pending", lookAgainIn: duration(15_000), because: `the snapshot ${found.id}: creating, ${found.percent} %` };
  };
  const begun = (one: Snapshot, what: string): Result => {
    did.push(what);
    snapshots.set(one.id, { ...one, status: "creating", percent: 0 });
    return { is: "pending", lookAgainIn: duration(15_000), because: `the snapshot ${one.id}: creating, 0 %` };
  };
  return {
    database: async (id) => databases.get(id),
    find: async (id) => snapshots.get(id),
    newest: async (count) => [...snapshots.keys()].reverse().slice(0, count),
    key: async (alias) => keys.get(alias),
    take: async (id, database) => {
      const there = snapshots.get(id);
      if (there) return cameTo(there);
      const of = databases.get(database);
      if (!of) throw new Error(`no database ${database}`);
      const { host: _host, ...stored } = of;
      const arn = arnOf(region, "rds", account.id, `snapshot:${id}`);
      return begun({ ...stored, id, arn, of: database, percent: 0, takenAt: now() }, `take ${id} of ${database}`);
    },
    copy: async (id, from, key) => {
      const there = snapshots.get(id);
      if (there) return cameTo(there);
      const known = [account, ...others].flatMap((one) => [...one.snapshots.values()].map((snapshot) => ({ one, snapshot })));
      const found = known.find(({ snapshot }) => snapshot.arn === from);
      if (!found || (found.one !== account && !found.one.shared.get(found.snapshot.id)?.has(account.id)))
        return { is: "failed", because: `${from} is not shared with ${account.id}` };
      const arn = arnOf(region, "rds", account.id, `snapshot:${id}`);
      return begun({ ...found.snapshot, id, arn, keyArn: keys.get(key) }, `copy ${from} to ${id} under ${key}`);
    },
    share: async (id, other) => {
      const now = shared.get(id) ?? new Set();
      if (now.has(other)) return;
      did.push(`share ${id} with ${other}`);
      shared.set(id, now.add(other));
    },
    unshare: async (id, other) => {
      if (shared.get(id)?.delete(other)) did.push(`end the sharing of ${id} with ${other}`);
    },
  };
}
