import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Snapshots } from "../../lib/ports/snapshots.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface SnapshotsUnderTest {
  /** The account where the database `source` of MySQL 8.4 is, which lies under the key `alias/own`; `alias/other` is another of its keys. */
  readonly snapshots: Snapshots;
  /** How many snapshots the account has, beside those that RDS takes itself. */
  count(): Promise<number>;
  /** Accounts that may copy one. */
  sharedWith(id: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const until = async (verb: () => Promise<Result>): Promise<Result> => {
  let result = await verb();
  for (let looks = 0; result.is === "pending" && looks < 10; looks++) result = await verb();
  return result;
};

/** What everything that keeps snapshots must do. `skip`: why it cannot be tried here, or undefined. */
export function snapshotsContract(name: string, skip: string | undefined, open: () => Promise<SnapshotsUnderTest>): void {
  describe.skipIf(skip !== undefined)(`snapshots: ${name}${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
    let under: SnapshotsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test("B08: what is not there is undefined, and no error", async () => {
      const { snapshots } = under;
      expect(await snapshots.find("orders-1")).toBeUndefined();
      expect(await snapshots.database("nobodys")).toBeUndefined();
      expect(await snapshots.key("alias/nobodys")).toBeUndefined();
      expect(await snapshots.newest(5)).toEqual([]);
    });

    test("B08: a snapshot has what its database has, and is of it", async () => {
      const { snapshots } = under;
      const database = await snapshots.database("source");
      expect(database).toMatchObject({ id: "source", engine: "mysql", status: "available", keyArn: await snapshots.key("alias/own") });
      expect(database?.keyArn).toMatch(/^arn:aws:kms:/);
      expect(database?.host).toBeDefined();
      expect((await snapshots.take("orders-1", "source")).is).toBe("pending");
      expect(await until(() => snapshots.take("orders-1", "source"))).toEqual({ is: "done" });
      const { version, storage, user, keyArn } = database ?? {};
      expect(await snapshots.find("orders-1")).toMatchObject({
        ...{ id: "orders-1", of: "source", engine: "mysql", status: "available", version, storage, user, keyArn },
        arn: expect.stringMatching(/^arn:aws:rds:us-east-1:\d{12}:snapshot:orders-1$/),
        takenAt: expect.any(Number),
      });
    });

    test("B08: however often one is taken or copied, there is one of its name, and what it is does not change", async () => {
      const { snapshots } = under;
      await until(() => snapshots.take("orders-1", "source"));
      const taken = await snapshots.find("orders-1");
      for (let again = 0; again < 3; again++) expect(await snapshots.take("orders-1", "source")).toEqual({ is: "done" });
      const copy = () => snapshots.copy("orders-2", taken?.arn ?? "", "alias/other");
      expect(await until(copy)).toEqual({ is: "done" });
      expect(await copy()).toEqual({ is: "done" });
      expect(await snapshots.find("orders-1")).toEqual(taken);
      expect(await under.count()).toBe(2);
    });

    test("B08, B10: a copy lies under the key that was asked for, and is as old and of the same database as the first", async () => {
      const { snapshots } = under;
      await until(() => snapshots.take("orders-1", "source"));
      const taken = await snapshots.find("orders-1");
      await until(() => snapshots.copy("orders-2", taken?.arn ?? "", "alias/other"));
      const copy = await snapshots.find("orders-2");
      expect(copy?.keyArn).toBe(await snapshots.key("alias/other"));
      expect(copy?.keyArn).not.toBe(taken?.keyArn);
      expect([copy?.of, copy?.takenAt]).toEqual(["source", taken?.takenAt]);
    });

    test("B08: an account may copy one from when it is shared until that ends, and ending it twice is nothing", async () => {
      const { snapshots } = under;
      await until(() => snapshots.take("orders-1", "source"));
      for (let again = 0; again < 2; again++) await snapshots.share("orders-1", "444455556666");
      await snapshots.share("orders-1", "999988887777");
      expect([...(await under.sharedWith("orders-1"))].sort()).toEqual(["444455556666", "999988887777"]);
      for (let again = 0; again < 2; again++) await snapshots.unshare("orders-1", "444455556666");
      expect(await under.sharedWith("orders-1")).toEqual(["999988887777"]);
      await snapshots.unshare("nobodys", "444455556666");
    });

    test("B08: the newest are named, and no more than asked for", async () => {
      const { snapshots } = under;
      for (const id of ["orders-1", "orders-2", "orders-3"]) await until(() => snapshots.take(id, "source"));
      expect(await snapshots.newest(2)).toEqual(["orders-3", "orders-2"]);
    });
  });
}
