import { DescribeSecurityGroupsCommand, type SecurityGroup } from "@aws-sdk/client-ec2";
import {
  type DBInstance,
  type DBProxy,
  type DBProxyTarget,
  DescribeDBInstancesCommand,
  paginateDescribeDBProxies,
  paginateDescribeDBProxyTargets,
  type RDSClient,
} from "@aws-sdk/client-rds";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Databases: available at the address that is told, reachable from inside by the groups that let somebody in, encrypted, private, backed up. */
export function database(stacks: readonly Stack[], clients: In<"rds" | "ec2">): Promise<Found> {
  const things = told(stacks, /^DatabaseId$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a database", async ({ stack, value }) => {
    const { rds, ec2 } = clients(stack.region);
    const { DBInstances: [found] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: value }));
    const GroupIds = (found?.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    return problemsIn(stack.outputs, found, SecurityGroups);
  });
}

function problemsIn(outputs: Stack["outputs"], found: DBInstance | undefined, groups: readonly SecurityGroup[]): readonly string[] {
  if (!found) return ["is not there"];
  const { Address, Port } = found.Endpoint ?? {};
  const endpoint = outputs.DatabaseEndpoint;
  const port = outputs.DatabasePort;
  const reached = groups.some(({ IpPermissions = [] }) =>
    IpPermissions.some(
      ({ FromPort = -1, ToPort = -1, UserIdGroupPairs = [] }) =>
        Port !== undefined && FromPort <= Port && Port <= ToPort && UserIdGroupPairs.length > 0,
    ),
  );
  return [
    ...unless(found.DBInstanceStatus === "available", `is ${found.DBInstanceStatus}, not available`),
    ...unless(endpoint === undefined || endpoint === Address, `answers at ${Address}, not at ${endpoint}`),
    ...unless(port === undefined || Number(port) === Port, `answers on ${Port}, not on ${port}`),
    ...unless(reached, `no security group lets another one in on ${Port}`),
    ...unless(found.StorageEncrypted, "is not encrypted"),
    ...unless(found.PubliclyAccessible === false, "has an address on the internet"),
    // A copy that answers reads is not backed up by itself.
    ...unless(found.ReadReplicaSourceDBInstanceIdentifier !== undefined || (found.BackupRetentionPeriod ?? 0) > 0, "is not backed up"),
  ];
}

/** Proxies: the database behind each answers it, which is what nothing but the proxy can say. */
export function proxy(stacks: readonly Stack[], clients: In<"rds">): Promise<Found> {
  const things = told(stacks, /^ProxyEndpoint$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a proxy before its database", async ({ stack, value }) => {
    const { rds } = clients(stack.region);
    const found = await proxyAt(rds, value);
    if (!found) return ["no proxy answers at this address"];
    const targets = await targetsOf(rds, found);
    return [
      ...unless(found.Status === "available", `is ${found.Status}, not available`),
      ...unless(found.RequireTLS, "takes connections without TLS"),
      ...unless(targets.length > 0, "has no database behind it"),
      ...targets.filter(({ TargetHealth }) => TargetHealth?.State !== "AVAILABLE").map(unreachable),
    ];
  });
}

async function proxyAt(client: RDSClient, endpoint: string): Promise<DBProxy | undefined> {
  for await (const { DBProxies = [] } of paginateDescribeDBProxies({ client }, {})) {
    const found = DBProxies.find(({ Endpoint }) => Endpoint === endpoint);
    if (found) return found;
  }
  return undefined;
}

async function targetsOf(client: RDSClient, { DBProxyName }: DBProxy): Promise<readonly DBProxyTarget[]> {
  const all: DBProxyTarget[] = [];
  for await (const { Targets = [] } of paginateDescribeDBProxyTargets({ client }, { DBProxyName })) all.push(...Targets);
  return all;
}

const unreachable = ({ RdsResourceId, TargetHealth: { State, Reason, Description } = {} }: DBProxyTarget): string =>
  `${RdsResourceId} is ${State}: ${[Reason, Description].filter(Boolean).join(", ")}`;
