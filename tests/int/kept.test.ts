import { createServer } from "node:net";
import { CloudTrailClient, GetTrailCommand, GetTrailStatusCommand, type Trail } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient, GetDashboardCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand, type LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyCommand, type Repository } from "@aws-sdk/client-ecr";
import { DescribeKeyCommand, GetKeyRotationStatusCommand, type KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import { DescribeSecretCommand, type DescribeSecretCommandOutput, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { pageOf } from "../worlds/aws/paged.ts";
import { registries, secrets } from "./kept.ts";
import { keys } from "./keys.ts";
import { reach } from "./reach.ts";
import { dashboards, logs, trail } from "./records.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const base = "orders-production-use1-base";

describe("B13 B22 C16 keys", () => {
  const arnIn = (region: string, id: string) => `arn:aws:kms:${region}:111122223333:key/${id}`;
  const good: KeyMetadata = { KeyId: "mrk-1", Enabled: true, KeyState: "Enabled", KeyManager: "CUSTOMER" };
  const shared = { MultiRegionConfiguration: { PrimaryKey: { Region: "us-east-1" }, ReplicaKeys: [{ Region: "us-west-2" }] } };
  const ask = (found: Partial<KeyMetadata>, KeyRotationEnabled = true) => {
    const other = { ...stack({ ServiceKeyArn: arnIn("us-west-2", "mrk-1"), LogsKeyArn: arnIn("us-west-2", "2") }), region: "us-west-2" };
    return keys([stack({ ServiceKeyArn: arnIn("us-east-1", "mrk-1") }), { ...other, name: "there" }], () => ({
      kms: faked(
        new KMSClient(options),
        on(DescribeKeyCommand, () => ({ KeyMetadata: { ...good, ...found } })),
        on(GetKeyRotationStatusCommand, () => ({ KeyRotationEnabled })),
      ),
    }));
  };

  it("are fine when they are enabled, renewed, and in each region that shares them", async () => {
    expect(await ask(shared)).toEqual(fine);
  });

  it("report one that is going, is never renewed, is AWS's or is missing in a region that names it", async () => {
    const found = await ask({ Enabled: false, KeyState: "PendingDeletion", KeyManager: "AWS", ...shared }, false);
    const all = ["is PendingDeletion, not enabled", "is AWS's, and not of the account", "is never renewed"];
    expect(found).toMatchObject({ problems: expect.arrayContaining(all.map((one) => `${base} ServiceKeyArn: ${one}`)) });
    const alone = await ask({ MultiRegionConfiguration: { PrimaryKey: { Region: "us-east-1" }, ReplicaKeys: [] } });
    expect(alone).toEqual(wrong(`${base} ServiceKeyArn: is not in us-west-2`, "there ServiceKeyArn: is not in us-west-2"));
  });
});

describe("B20 B22 D05 log groups", () => {
  const ask = (...all: readonly LogGroup[]) =>
    logs([stack({ AppLogName: "/orders/app" })], () => ({
      logs: faked(
        new CloudWatchLogsClient(options),
        on(DescribeLogGroupsCommand, ({ logGroupNamePrefix = "", nextToken }) => {
          const alike = all.filter(({ logGroupName = "" }) => logGroupName.startsWith(logGroupNamePrefix));
          const { page, next } = pageOf(alike, nextToken, 1);
          return { logGroups: page, nextToken: next };
        }),
      ),
    }));
  const other: LogGroup = { logGroupName: "/orders/app-2", retentionInDays: 30, kmsKeyId: "key" };

  it("are fine when they are encrypted and keep nothing for ever, however many begin alike", async () => {
    expect(await ask(other, { ...other, logGroupName: "/orders/app" })).toEqual(fine);
  });

  it("report one that is gone, though another begins alike, and one that is open and endless", async () => {
    expect(await ask(other)).toEqual(wrong(`${base} /orders/app: is not there`));
    expect(await ask({ logGroupName: "/orders/app" })).toEqual(
      wrong(`${base} /orders/app: keeps everything for ever`, `${base} /orders/app: is not encrypted with a key of the account`),
    );
  });
});

describe("A10 B22 C19 secrets", () => {
  const ask = (output: string, found: Partial<DescribeSecretCommandOutput>) =>
    secrets([stack({ [output]: "arn:aws:secretsmanager:us-east-1:111122223333:secret:app" })], () => ({
      secrets: faked(
        new SecretsManagerClient(options),
        on(DescribeSecretCommand, () => found),
      ),
    }));

  it("are fine when they are encrypted and have rotated, which an account that takes turns does not by itself", async () => {
    expect(await ask("AppSecretArn", { KmsKeyId: "key", RotationEnabled: true, LastRotatedDate: new Date(0) })).toEqual(fine);
    expect(await ask("App1SecretArn", { KmsKeyId: "key" })).toEqual(fine);
  });

  it("report one that goes, is open or never rotated", async () => {
    const problems = [
      "is being deleted",
      "is not encrypted with a key of the account",
      "is never rotated",
      "was never rotated: what it was made with is still good",
    ];
    expect(await ask("MasterSecretArn", { DeletedDate: new Date(0) })).toEqual(
      wrong(...problems.map((one) => `${base} MasterSecretArn: ${one}`)),
    );
  });
});

describe("A14 B22 registries", () => {
  const good: Repository = {
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: "IMMUTABLE",
    encryptionConfiguration: { encryptionType: "KMS" },
  };
  const ask = (found: Repository, lifecycle = true) =>
    registries([stack({ RegistryName: "orders" })], () => ({
      ecr: faked(
        new ECRClient(options),
        on(DescribeRepositoriesCommand, () => ({ repositories: [found] })),
        on(GetLifecyclePolicyCommand, () => {
          if (!lifecycle) throw Object.assign(new Error("none"), { name: "LifecyclePolicyNotFoundException" });
          return { lifecyclePolicyText: "{}" };
        }),
      ),
    }));

  it("are fine when they scan, keep tags where they are, are encrypted, and throw away", async () => {
    expect(await ask(good)).toEqual(fine);
  });

  it("report one that does nothing of it", async () => {
    expect(await ask({ imageTagMutability: "MUTABLE", encryptionConfiguration: { encryptionType: "AES256" } }, false)).toEqual(
      wrong(
        `${base} orders: does not scan what is pushed`,
        `${base} orders: lets a tag be moved to another image`,
        `${base} orders: is not encrypted with a key of the account`,
        `${base} orders: throws nothing away: LifecyclePolicyNotFoundException`,
      ),
    );
  });
});

describe("A11 B22 the trail", () => {
  const good: Trail = { IsMultiRegionTrail: true, LogFileValidationEnabled: true, KmsKeyId: "key", CloudWatchLogsLogGroupArn: "log" };
  const ask = (found: Trail, IsLogging: boolean, LatestDeliveryError?: string) =>
    trail([stack({ TrailArn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/orders" })], () => ({
      trail: faked(
        new CloudTrailClient(options),
        on(GetTrailCommand, () => ({ Trail: found })),
        on(GetTrailStatusCommand, () => ({ IsLogging, ...(LatestDeliveryError && { LatestDeliveryError }) })),
      ),
    }));

  it("is fine when it writes what happens in every region, verifiably", async () => {
    expect(await ask(good, true)).toEqual(fine);
  });

  it("reports one that is off, cannot write, or could be changed unseen", async () => {
    const problems = [
      "is switched off",
      "cannot write to its bucket: AccessDenied",
      "sees one region alone",
      "has no digests of its files",
      "is not encrypted with a key of the account",
      "tells no log group",
    ];
    expect(await ask({}, false, "AccessDenied")).toEqual(wrong(...problems.map((one) => `${base}: ${one}`)));
  });
});

describe("A13 B22 C18 dashboards", () => {
  const ask = (DashboardBody: string) =>
    dashboards([stack({ DashboardName: "orders" })], () => ({
      cloudwatch: faked(
        new CloudWatchClient(options),
        on(GetDashboardCommand, () => ({ DashboardBody })),
      ),
    }));

  it("are fine with something on them, and are reported without", async () => {
    expect(await ask('{"widgets":[{}]}')).toEqual(fine);
    expect(await ask('{"widgets":[]}')).toEqual(wrong(`${base} orders: shows nothing`));
  });
});

describe("A04 B22 a database by TCP", () => {
  const told = (port: number, host = "127.0.0.1") => [stack({ DatabaseEndpoint: host, DatabasePort: String(port) }, "data")];
  /** A port on which something listened a moment ago, or does. */
  const listening = async (use: (port: number) => Promise<void>): Promise<number> => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.on("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await use(port);
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  it("is fine where it answers, and is reported where nothing listens", async () => {
    const closed = await listening(async (port) => expect(await reach(told(port))).toEqual(fine));
    expect(await reach(told(closed))).toEqual(wrong(`orders-production-use1-data 127.0.0.1: refuses connections on ${closed}`));
  });

  it("is asked on the port of its source where it is a copy in another region", async () => {
    const asked: string[] = [];
    const copy = { ...stack({ DatabaseEndpoint: "copy.internal" }), name: "orders-production-usw2-standby", region: "us-west-2" };
    await reach([...told(3306, "db.internal"), copy], undefined, async (host, port) => {
      asked.push(`${host}:${port}`);
      return "open";
    });
    expect(asked).toEqual(["db.internal:3306", "copy.internal:3306"]);
  });

  it("is skipped, with the reason, where there is no way to it", async () => {
    const because = "from here there is no way to db.internal:3306 (ETIMEDOUT): run it inside the network";
    expect(await reach(told(3306, "db.internal"), undefined, async () => "ETIMEDOUT")).toEqual({ is: "skipped", because });
    expect(await reach([stack({})])).toEqual({ is: "skipped", because: "no stack has a database" });
  });
});
