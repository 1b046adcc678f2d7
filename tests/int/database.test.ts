import { DescribeSecurityGroupsCommand, EC2Client, type IpPermission } from "@aws-sdk/client-ec2";
import {
  type DBInstance,
  type DBProxy,
  type DBProxyTarget,
  DescribeDBInstancesCommand,
  DescribeDBProxiesCommand,
  DescribeDBProxyTargetsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { pageOf } from "../worlds/aws/paged.ts";
import { database, proxy } from "./database.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const [id, host] = ["orders-database", "orders-database.abc.us-east-1.rds.amazonaws.com"];
const good: DBInstance = {
  DBInstanceIdentifier: id,
  DBInstanceStatus: "available",
  Endpoint: { Address: host, Port: 3306 },
  StorageEncrypted: true,
  PubliclyAccessible: false,
  BackupRetentionPeriod: 14,
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }],
};
const way: IpPermission = { IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, UserIdGroupPairs: [{ GroupId: "sg-2" }] };

const look = (found: Partial<DBInstance> | Error, permission = way) =>
  database([stack({ DatabaseId: id, DatabaseEndpoint: host, DatabasePort: "3306" }, "data")], () => ({
    rds: faked(
      new RDSClient(options),
      on(DescribeDBInstancesCommand, () => {
        if (found instanceof Error) throw found;
        return { DBInstances: [{ ...good, ...found }] };
      }),
    ),
    ec2: faked(
      new EC2Client(options),
      on(DescribeSecurityGroupsCommand, () => ({ SecurityGroups: [{ IpPermissions: [permission] }] })),
    ),
  }));

describe("A04 B10 B22 the database", () => {
  it("is fine when it is available at its address, reached by a group, encrypted, private and backed up", async () => {
    expect(await look({})).toEqual(fine);
  });

  it("is fine without backups of its own where it is a copy", async () => {
    expect(await look({ BackupRetentionPeriod: 0, ReadReplicaSourceDBInstanceIdentifier: "arn" })).toEqual(fine);
  });

  it.each<[string, Partial<DBInstance>, string]>([
    ["one that is not ready", { DBInstanceStatus: "modifying" }, "is modifying, not available"],
    ["another address", { Endpoint: { Address: "elsewhere", Port: 3306 } }, `answers at elsewhere, not at ${host}`],
    ["another port", { Endpoint: { Address: host, Port: 3307 } }, "answers on 3307, not on 3306"],
    ["one that is not encrypted", { StorageEncrypted: false }, "is not encrypted"],
    ["one on the internet", { PubliclyAccessible: true }, "has an address on the internet"],
    ["one without backups", { BackupRetentionPeriod: 0 }, "is not backed up"],
  ])("reports %s", async (_, found, problem) => {
    const Port = found.Endpoint?.Port ?? 3306;
    expect(await look(found, { ...way, FromPort: Port, ToPort: Port })).toEqual(wrong(`orders-production-use1-data ${id}: ${problem}`));
  });

  it.each<[string, IpPermission]>([
    ["on another port", { ...way, FromPort: 5432, ToPort: 5432 }],
    ["from no group", { ...way, UserIdGroupPairs: [], IpRanges: [{ CidrIp: "10.0.0.0/16" }] }],
  ])("reports one that others reach only %s", async (_, permission) => {
    expect(await look({}, permission)).toEqual(wrong(`orders-production-use1-data ${id}: no security group lets another one in on 3306`));
  });

  it("reports what AWS refuses to say, in its words", async () => {
    const refused = Object.assign(new Error("DBInstance orders-database not found."), { name: "DBInstanceNotFoundFault" });
    expect(await look(refused)).toEqual(
      wrong(`orders-production-use1-data ${id}: DBInstanceNotFoundFault: DBInstance orders-database not found.`),
    );
  });
});

describe("B10 the proxy", () => {
  const endpoint = "orders.proxy-abc.us-east-1.rds.amazonaws.com";
  const ready: DBProxy = { DBProxyName: "orders", Endpoint: endpoint, Status: "available", RequireTLS: true };
  const ask = (changes: Partial<DBProxy>, ...Targets: DBProxyTarget[]) =>
    proxy([stack({ ProxyEndpoint: endpoint }, "data")], () => ({
      rds: faked(
        new RDSClient(options),
        on(DescribeDBProxiesCommand, ({ Marker }) => {
          const { page, next } = pageOf(
            [
              { DBProxyName: "others", Endpoint: "others" },
              { ...ready, ...changes },
            ],
            Marker,
            1,
          );
          return { DBProxies: page, Marker: next };
        }),
        on(DescribeDBProxyTargetsCommand, ({ DBProxyName, Marker }) => {
          const { page, next } = pageOf(DBProxyName === "orders" ? Targets : [], Marker, 1);
          return { Targets: page, Marker: next };
        }),
      ),
    }));
  const called = `orders-production-use1-data ${endpoint}`;
  const reached: DBProxyTarget = { RdsResourceId: id, TargetHealth: { State: "AVAILABLE" } };

  it("is fine when it reaches its database, however many proxies there are beside it", async () => {
    expect(await ask({}, reached)).toEqual(fine);
  });

  it("reports what it says of a database that it does not reach", async () => {
    const lost: DBProxyTarget = {
      RdsResourceId: id,
      TargetHealth: { State: "UNAVAILABLE", Reason: "AUTH_FAILURE", Description: "Proxy does not have any registered credentials" },
    };
    expect(await ask({}, reached, lost)).toEqual(
      wrong(`${called}: ${id} is UNAVAILABLE: AUTH_FAILURE, Proxy does not have any registered credentials`),
    );
  });

  it("reports one that is not ready, takes no TLS and has nothing behind it", async () => {
    expect(await ask({ Status: "creating", RequireTLS: false })).toEqual(
      wrong(`${called}: is creating, not available`, `${called}: takes connections without TLS`, `${called}: has no database behind it`),
    );
    expect(await ask({ Endpoint: "moved" })).toEqual(wrong(`${called}: no proxy answers at this address`));
  });
});
