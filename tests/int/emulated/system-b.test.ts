import path from "node:path";
import { DescribeAutoScalingGroupsCommand, SetInstanceHealthCommand } from "@aws-sdk/client-auto-scaling";
import { DeleteAlarmsCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateDBInstanceCommand, DeregisterDBProxyTargetsCommand, ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { ChangeResourceRecordSetsCommand, DeleteHealthCheckCommand, ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeletePublicAccessBlockCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { alarms } from "../alarms.ts";
import { balancers, listeners } from "../balancer.ts";
import { buckets } from "../buckets.ts";
import type { Clients, In } from "../clients.ts";
import { fleets } from "../copies.ts";
import { database, proxy } from "../database.ts";
import type { Found } from "../found.ts";
import { groups } from "../groups.ts";
import { health, names, weights } from "../names.ts";
import { network } from "../network.ts";
import { notices } from "../notices.ts";
import { type Stack, told } from "../outputs.ts";
import { replication } from "../replication.ts";
import { targets } from "../targets.ts";
import { asATeam } from "./as-a-team.ts";
import { openWorld, skip } from "./world.ts";

const root = path.join(import.meta.dirname, "../../..");
const { config } = await loadConfig(path.join(root, "examples/b-dev-to-production"));
// Blocks of IPv6 are computed by CloudFormation alone (Fn::Cidr).
const ground: Config = { ...config, network: { ...config.network, ipv6: false } };
const byName = buildPlan({ ...ground, rollout: { ...ground.rollout, router: "dns" } }, "development");
const byRule = buildPlan(ground, "development");

type World = Awaited<ReturnType<typeof openWorld>>;

describe.skipIf(skip !== undefined)(`system B on emulators${skip === undefined ? "" : ` (skipped: ${skip})`}`, { timeout: 120_000 }, () => {
  let world: World;
  let stacks: readonly Stack[] = [];
  beforeAll(async () => {
    world = await openWorld();
  }, 120_000);
  afterAll(() => world?.close());

  const clients: In<keyof Clients> = (region) => world.clients(region);
  const here = () => clients("us-east-1");
  const value = (output: string): string => told(stacks, new RegExp(`^${output}$`))[0]?.value ?? "";
  const problems = async (check: (all: readonly Stack[], of: In<keyof Clients>) => Promise<Found>): Promise<string> => {
    const found = await check(stacks, clients);
    return found.is === "checked" ? found.problems.join("\n") : `skipped: ${found.because}`;
  };

  it("A04 B22 the integration test passes what the plan makes, and says what it skips and why", async () => {
    const made = await world.deploy(byName);
    stacks = made.stacks;
    const { status, stdout, passed, failed, skipped } = asATeam(made.map);
    expect([status, passed, failed], stdout).toEqual([0, 17, 0]);
    expect(skipped).toEqual([
      expect.stringMatching(/^from here there is no way to .*:3306 \(E\w+\): run it inside the network$/),
      "no stack has a health check of a name by itself",
      "no stack has a secret",
      "no stack has a registry",
      "no stack has a trail",
      "no stack has a service on ECS",
      "no stack has a distribution of CloudFront",
    ]);
  });

  it("A04 B22 reports a network whose way out is gone", async () => {
    const { RouteTables: [table] = [] } = await here().ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "association.subnet-id", Values: [value("PrivateSubnet1Id")] }] }),
    );
    await here().ec2.send(new DeleteRouteCommand({ RouteTableId: table?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" }));
    expect(await problems(network)).toMatch(/private subnet-\w+ has no way out through NAT$/);
  });

  it("B12 reports a port that anybody reaches", async () => {
    const open = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    await here().ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: value("AppGroupId"), IpPermissions: [open] }));
    expect(await problems(groups)).toMatch(/AppGroupId sg-\w+: anybody may reach tcp 22$/);
  });

  it("A04 B22 reports a database that is open, not backed up and out of reach, and one that is not encrypted", async () => {
    const change = {
      DBInstanceIdentifier: value("DatabaseId"),
      PubliclyAccessible: true,
      BackupRetentionPeriod: 0,
      ApplyImmediately: true,
    };
    await here().rds.send(new ModifyDBInstanceCommand(change));
    const GroupId = value("DatabaseGroupId");
    const { SecurityGroups: [group] = [] } = await here().ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    await here().ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: group?.IpPermissions }));
    const found = await problems(database);
    for (const problem of ["has an address on the internet", "is not backed up", "no security group lets another one in on 3306"])
      expect(found).toContain(problem);
    await here().rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "plain",
        Engine: "mysql",
        DBInstanceClass: "db.t3.micro",
        AllocatedStorage: 20,
        MasterUsername: "sluice",
        MasterUserPassword: "for-emulators-alone",
      }),
    );
    const plain = stacks.map((stack) => ({
      ...stack,
      outputs: { ...stack.outputs, ...("DatabaseId" in stack.outputs && { DatabaseId: "plain" }) },
    }));
    expect(await database(plain, clients)).toMatchObject({
      problems: expect.arrayContaining([expect.stringContaining("plain: is not encrypted")]),
    });
  });

  it("B10 reports a proxy with no database behind it", async () => {
    const gone = { DBProxyName: value("DatabaseId"), DBInstanceIdentifiers: [value("DatabaseId")] };
    await here().rds.send(new DeregisterDBProxyTargetsCommand(gone));
    expect(await problems(proxy)).toMatch(/: has no database behind it$/);
  });

  it("B04 B22 reports an old policy of TLS", async () => {
    await here().elb.send(new ModifyListenerCommand({ ListenerArn: value("BlueListenerArn"), SslPolicy: "ELBSecurityPolicy-2016-08" }));
    expect(await problems(listeners)).toMatch(/BlueListenerArn: takes what ELBSecurityPolicy-2016-08 allows/);
  });

  it("A09 B22 reports that nobody healthy is behind a load balancer", async () => {
    const TargetGroupArn = value("BlueTargetGroupArn");
    const { TargetHealthDescriptions = [] } = await here().elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const Targets = TargetHealthDescriptions.map(({ Target }) => ({ Id: Target?.Id }));
    await here().elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
    expect(await problems(targets)).toMatch(/blue gets callers and has no healthy target/);
  });

  it("A04 B22 reports a load balancer that is gone", async () => {
    await here().elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: value("GreenBalancerArn") }));
    expect(await problems(balancers)).toMatch(/GreenBalancerArn: LoadBalancerNotFound/);
  });

  it("A04 B22 reports everything that a bucket has lost", async () => {
    const Bucket = value("ReleasesBucketName");
    await here().s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
    await here().s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await here().s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await here().s3.send(new DeleteBucketReplicationCommand({ Bucket }));
    await here().s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
    expect((await problems(buckets)).split("\n").map((line) => line.replace(/^.*?: /, ""))).toEqual([
      expect.stringMatching(/^is encrypted with Amazon S3's own key, not with arn:aws:kms:/),
      "versioning is Suspended",
      "public access is not blocked",
      "its policy takes requests without TLS",
    ]);
    expect(await problems(replication)).toMatch(/^releases: nothing is copied to /);
  });

  it("B05 B22 reports that no colour has a weight, and then that the domain leads nowhere", async () => {
    const HostedZoneId = value("ZoneId");
    const { ResourceRecordSets = [] } = await here().route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    const weighted = ResourceRecordSets.filter(({ Weight }) => Weight !== undefined);
    const change = (Action: "UPSERT" | "DELETE", Weight: number) => {
      const Changes = weighted.map((record) => ({ Action, ResourceRecordSet: { ...record, Weight } }));
      return here().route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
    };
    await change("UPSERT", 0);
    expect(await problems(weights)).toMatch(/: no colour has a weight, so that both get the same$/);
    await change("DELETE", 0);
    expect(await problems(names)).toMatch(/^zone \w+: no record leads to /);
  });

  it("A13 B22 reports an alarm that rings and one that is gone", async () => {
    const AlarmName = value("AlarmsBlueErrorsName");
    await here().cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "Threshold Crossed" }));
    await here().cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [value("AlarmsDatabaseCpuAlarmName")] }));
    const found = await problems(alarms);
    expect(found).toContain(`${AlarmName} rings: Threshold Crossed`);
    expect(found).toMatch(/-database-cpu\S*: is not there/);
  });

  it("C07 A13 reports who has not confirmed", async () => {
    // Emulators take an e-mail address for confirmed, and an address of HTTP for one that has to answer.
    await here().sns.send(new SubscribeCommand({ TopicArn: value("TopicArn"), Protocol: "http", Endpoint: "http://127.0.0.1:9/never" }));
    expect(await problems(notices)).toMatch(/ TopicArn: 1 that are not listed as such have not confirmed/);
  });

  it("B02 B22 reports an instance that is not healthy", async () => {
    const { scaling } = here();
    const found = await fleets(stacks, clients);
    expect(found).toEqual({ is: "checked", problems: [] });
    const { AutoScalingGroups: [fleet] = [] } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [value("BlueFleetName")] }),
    );
    const { Instances = [] } = fleet ?? {};
    await scaling.send(new SetInstanceHealthCommand({ InstanceId: Instances[0]?.InstanceId, HealthStatus: "Unhealthy" }));
    expect(await problems(fleets)).toMatch(/: i-\w+ is not healthy$/);
  });

  it("A04 B22 the integration test fails with everything that was broken at once", () => {
    const { status, stdout, failed } = asATeam(JSON.stringify({ v: 1, stacks }));
    expect([status, failed], stdout).toEqual([1, 14]);
    for (const problem of [
      "has no way out through NAT",
      "anybody may reach tcp 22",
      "public access is not blocked",
      "rings: Threshold Crossed",
    ])
      expect(stdout).toContain(problem);
  });

  it("A04 B22 passes the same system with its weights in a listener's rule, and reports a health check that is gone", async () => {
    const made = await world.deploy(byRule);
    stacks = made.stacks;
    const { status, stdout, passed, skipped } = asATeam(made.map);
    expect([status, passed], stdout).toEqual([0, 17]);
    expect(skipped).toContain("no weights are in DNS: a listener's rule or one record has all callers");
    await here().route53.send(new DeleteHealthCheckCommand({ HealthCheckId: value("EntryHealthCheckId") }));
    expect(await problems(health)).toMatch(/EntryHealthCheckId: NoSuchHealthCheck/);
  });
});
