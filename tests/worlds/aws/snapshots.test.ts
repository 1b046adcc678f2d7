import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  KMSKeyNotAccessibleFault,
  RDSClient,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSnapshots } from "../../../lib/worlds/aws/open-snapshots.ts";
import { takenOn } from "../../../lib/worlds/aws/role.ts";
import { awsSnapshots } from "../../../lib/worlds/aws/snapshots.ts";
import { snapshotsContract } from "../../contracts/snapshots.ts";
import { credentials } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { faked, on } from "./fake.ts";
import { pageOf } from "./paged.ts";
import { processEnvironment } from "./process-environment.ts";
import { signedOut } from "./stand-in.ts";

const environment = processEnvironment();
const region = "us-east-1";

/** Makes a key with an alias, and gives its ARN. */
async function keyCalled(kms: KMSClient, AliasName: string): Promise<string> {
  const { KeyMetadata: made } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: made?.KeyId }));
  return made?.Arn ?? "";
}

const makes = (id: string, KmsKeyId: string) =>
  new CreateDBInstanceCommand({
    DBInstanceIdentifier: id,
    DBInstanceClass: "db.m6g.large",
    Engine: "mysql",
    EngineVersion: "8.4.9",
    AllocatedStorage: 100,
    MasterUsername: "sluice",
    MasterUserPassword: "hunter2hunter2",
    StorageEncrypted: true,
    KmsKeyId,
  });

const noMoto = whyNo("moto");
describe("with an emulator", () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  beforeAll(async () => {
    if (noMoto === undefined) server = await emulator("moto");
  }, 60_000);
  afterAll(() => server?.close());

  const clientsAt = (given: object = {}) => {
    const common = { region, endpoint: server?.url ?? "", credentials, ...given };
    return { rds: new RDSClient(common), kms: new KMSClient(common) };
  };

  snapshotsContract("moto", noMoto, async () => {
    await server?.reset();
    const clients = clientsAt();
    await keyCalled(clients.kms, "alias/other");
    await clients.rds.send(makes("source", await keyCalled(clients.kms, "alias/own")));
    return {
      snapshots: awsSnapshots(clients),
      count: async () => (await clients.rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: "manual" }))).DBSnapshots?.length ?? 0,
      sharedWith: async (id) => {
        const { DBSnapshotAttributesResult: told } = await clients.rds.send(
          new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: id }),
        );
        return told?.DBSnapshotAttributes?.find(({ AttributeName }) => AttributeName === "restore")?.AttributeValues ?? [];
      },
      close: async () => {
        clients.rds.destroy();
        clients.kms.destroy();
      },
    };
  });

  // Moto looks for what is copied in the account that copies alone, whatever the ARN says.
  test.skipIf(noMoto !== undefined)(
    "B08: by its role a deploy takes and shares a snapshot in the account of the source, which its own account then sees",
    async () => {
      await server?.reset();
      environment({ ...signedOut, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_ENDPOINT_URL: server?.url ?? "" });
      const roleArn = "arn:aws:iam::111122223333:role/orders-development-use1-snapshots";
      const theirs = clientsAt({ credentials: takenOn(roleArn, region, "test") });
      await theirs.rds.send(makes("source", await keyCalled(theirs.kms, "alias/own")));
      const { snapshots, close } = await openSnapshots({ environment: "development", account: "111122223333", region, roleArn });
      await snapshots.take("orders-1", "source");
      await snapshots.share("orders-1", "123456789012");
      const mine = clientsAt();
      const sharedHere = async () => (await mine.rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: "shared" }))).DBSnapshots;
      expect(await sharedHere()).toMatchObject([{ DBSnapshotArn: "arn:aws:rds:us-east-1:111122223333:snapshot:orders-1" }]);
      expect(await awsSnapshots(mine).find("orders-1")).toBeUndefined();
      await snapshots.unshare("orders-1", "123456789012");
      expect(await sharedHere()).toEqual([]);
      close();
      await expect(openSnapshots({ environment: "production", account: "444455556666", region })).rejects.toMatchObject({
        code: "engine/no-credentials",
        message: '"production" is in the account 444455556666, and the credentials here are those of 123456789012',
      });
      for (const one of [theirs, mine]) for (const client of Object.values(one)) client.destroy();
    },
  );
});

describe("what AWS answers that the emulator does not", () => {
  const none = on(DescribeDBSnapshotsCommand, () => {
    throw new DBSnapshotNotFoundFault({ message: "none", $metadata: {} });
  });
  const kms = faked(new KMSClient({ region, credentials }));
  const over = (...answers: Parameters<typeof faked>[1][]) =>
    awsSnapshots({ rds: faked(new RDSClient({ region, credentials }), ...answers), kms });
  const found = (change: object) =>
    on(DescribeDBSnapshotsCommand, () => ({ DBSnapshots: [{ DBSnapshotIdentifier: "orders-1", ...change }] }));

  test("B08, X05: a snapshot that somebody began meanwhile is waited for, and not taken again", async () => {
    const begun = on(CreateDBSnapshotCommand, () => {
      throw new DBSnapshotAlreadyExistsFault({ message: "exists", $metadata: {} });
    });
    expect(await over(none, begun).take("orders-1", "source")).toMatchObject({ is: "pending" });
  });

  test("B08: how far it is comes from AWS, and what AWS gave up on has failed", async () => {
    expect(await over(found({ Status: "creating", PercentProgress: 40 })).take("orders-1", "source")).toEqual({
      is: "pending",
      lookAgainIn: 15_000,
      because: "the snapshot orders-1: creating, 40 %",
    });
    expect(await over(found({ Status: "failed" })).copy("orders-1", "arn", "alias/own")).toEqual({
      is: "failed",
      because: "AWS could not make the snapshot orders-1",
    });
  });

  test("B08: one that RDS or AWS Backup takes is asked for by its type, without which RDS finds none", async () => {
    const asked: (string | undefined)[] = [];
    const answer = on(DescribeDBSnapshotsCommand, ({ SnapshotType }) => {
      asked.push(SnapshotType);
      return { DBSnapshots: [{ Encrypted: false, KmsKeyId: "arn" }] };
    });
    for (const id of ["rds:orders-1", "awsbackup:job-1", "orders-1"]) expect((await over(answer).find(id))?.keyArn).toBeUndefined();
    expect(asked).toEqual(["automated", "awsbackup", "manual"]);
  });

  test("B08: a copy under a key that may not be used has failed, with AWS's reason", async () => {
    const refused = on(CopyDBSnapshotCommand, () => {
      throw new KMSKeyNotAccessibleFault({ message: "the key of the source is not accessible", $metadata: {} });
    });
    expect(await over(none, refused).copy("orders-1", "arn", "alias/own")).toEqual({
      is: "failed",
      because: "the key of the source is not accessible",
    });
  });

  test("B08: who lacks which permission is told in AWS's words, and the action again in the fix", async () => {
    const who = "arn:aws:sts::111122223333:assumed-role/orders-development-use1-snapshots/sluice-snapshots";
    const words = `User: ${who} is not authorized to perform: rds:CreateDBSnapshot on resource: arn:aws:rds:us-east-1:111122223333:db:source`;
    const refused = on(CreateDBSnapshotCommand, () => {
      throw Object.assign(new Error(words), { name: "AccessDenied", $metadata: {} });
    });
    await expect(over(none, refused).take("orders-1", "source")).rejects.toMatchObject({
      code: "engine/forbidden",
      message: `could not take the snapshot orders-1 of source: ${words}`,
      fix: expect.stringContaining(`let ${who} do rds:CreateDBSnapshot, `),
    });
  });
});

test("B08: the newest are named on whatever page RDS tells them", async () => {
  const all = [1, 3, 2, 5, 4].map((day) => ({ DBSnapshotIdentifier: `orders-${day}`, SnapshotCreateTime: new Date(2026, 0, day) }));
  const rds = faked(
    new RDSClient({ region }),
    on(DescribeDBSnapshotsCommand, ({ Marker }) => {
      const { page, next } = pageOf(all, Marker);
      return { DBSnapshots: page, Marker: next };
    }),
  );
  expect(await awsSnapshots({ rds, kms: new KMSClient({ region }) }).newest(3)).toEqual(["orders-5", "orders-4", "orders-3"]);
});
