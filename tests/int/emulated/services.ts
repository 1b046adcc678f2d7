import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { PutMetricAlarmCommand, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBProxyCommand,
  type CreateDBProxyCommandInput,
  CreateDBSubnetGroupCommand,
  type DBInstance,
  RegisterDBProxyTargetsCommand,
  type RegisterDBProxyTargetsCommandInput,
} from "@aws-sdk/client-rds";
import { CreateTopicCommand, SubscribeCommand, type SubscribeCommandInput } from "@aws-sdk/client-sns";
import type { Clients, In } from "../clients.ts";
import type { Make } from "./carry-out.ts";
import { by } from "./network.ts";

interface Database {
  readonly DBInstanceIdentifier: string;
  readonly Engine: string;
  readonly DBInstanceClass: string;
  readonly AllocatedStorage: string;
  readonly Port: string;
  readonly StorageEncrypted: boolean;
  readonly KmsKeyId: string;
  readonly PubliclyAccessible: boolean;
  readonly MultiAZ: boolean;
  readonly BackupRetentionPeriod: number;
  readonly DBSubnetGroupName: string;
  readonly VPCSecurityGroups: string[];
  readonly MasterUsername: string;
  /** Of a copy. */
  readonly SourceDBInstanceIdentifier?: string;
}

interface Fleet {
  readonly AutoScalingGroupName: string;
  readonly LaunchTemplate: { readonly LaunchTemplateId: string; readonly Version: string };
  readonly MinSize: string;
  readonly MaxSize: string;
  readonly DesiredCapacity: string;
  readonly VPCZoneIdentifier: readonly string[];
  readonly TargetGroupARNs: string[];
  readonly HealthCheckType: string;
  readonly HealthCheckGracePeriod: number;
}

interface Subnets {
  readonly DBSubnetGroupName: string;
  readonly DBSubnetGroupDescription: string;
  readonly SubnetIds: string[];
}

/** Databases, load balancers, fleets and who is told. A certificate is issued by `certificate`. */
export function serviceMakers(
  clients: In<keyof Clients>,
  certificate: (region: string, domain: string) => Promise<string>,
): Readonly<Record<string, Make>> {
  return {
    ...balancerMakers((region) => clients(region).elb),
    ...databaseMakers((region) => clients(region).rds),
    "AWS::CertificateManager::Certificate": async (properties, { region }) => ({
      Ref: await certificate(region, JSON.parse(properties).DomainName),
    }),
    "AWS::AutoScaling::AutoScalingGroup": by(
      (region) => clients(region).scaling,
      async (client, given: Fleet) => {
        const { AutoScalingGroupName, LaunchTemplate, TargetGroupARNs, HealthCheckType, HealthCheckGracePeriod } = given;
        await client.send(
          new CreateAutoScalingGroupCommand({
            AutoScalingGroupName,
            LaunchTemplate,
            TargetGroupARNs,
            HealthCheckType,
            HealthCheckGracePeriod,
            MinSize: Number(given.MinSize),
            MaxSize: Number(given.MaxSize),
            DesiredCapacity: Number(given.DesiredCapacity),
            VPCZoneIdentifier: given.VPCZoneIdentifier.join(","),
          }),
        );
        return { Ref: AutoScalingGroupName };
      },
    ),
    "AWS::CloudWatch::Alarm": by(
      (region) => clients(region).cloudwatch,
      async (client, given: PutMetricAlarmCommandInput) => {
        await client.send(new PutMetricAlarmCommand(given));
        return { Ref: given.AlarmName ?? "" };
      },
    ),
    "AWS::SNS::Topic": by(
      (region) => clients(region).sns,
      async (client, { TopicName, KmsMasterKeyId }: { readonly TopicName: string; readonly KmsMasterKeyId: string }) => {
        const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: TopicName, Attributes: { KmsMasterKeyId } }));
        return { Ref: TopicArn, TopicName };
      },
    ),
    "AWS::SNS::Subscription": by(
      (region) => clients(region).sns,
      async (client, given: SubscribeCommandInput) => ({ Ref: (await client.send(new SubscribeCommand(given))).SubscriptionArn ?? "" }),
    ),
  };
}

function balancerMakers(elb: (region: string) => Clients["elb"]): Readonly<Record<string, Make>> {
  return {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": by(
      elb,
      async (client, { Name, Type, Scheme, Subnets, SecurityGroups }: CreateLoadBalancerCommandInput) => {
        const { LoadBalancers: [made] = [] } = await client.send(
          new CreateLoadBalancerCommand({ Name, Type, Scheme, Subnets, SecurityGroups }),
        );
        const { LoadBalancerArn = "", DNSName = "", CanonicalHostedZoneId = "" } = made ?? {};
        const LoadBalancerFullName = LoadBalancerArn.split(":loadbalancer/")[1] ?? "";
        return { Ref: LoadBalancerArn, DNSName, CanonicalHostedZoneID: CanonicalHostedZoneId, LoadBalancerFullName };
      },
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": by(elb, async (client, given: CreateTargetGroupCommandInput & { Port: number }) => {
      const { Name, Port, Protocol, TargetType, VpcId, HealthCheckPath } = given;
      const { TargetGroups: [made] = [] } = await client.send(
        new CreateTargetGroupCommand({ Name, Port, Protocol, TargetType, VpcId, HealthCheckPath }),
      );
      const arn = made?.TargetGroupArn ?? "";
      return { Ref: arn, TargetGroupFullName: arn.split(":").at(-1) ?? "" };
    }),
    "AWS::ElasticLoadBalancingV2::Listener": by(elb, async (client, { Tags: _, ...given }: CreateListenerCommandInput) => {
      const { Listeners: [made] = [] } = await client.send(new CreateListenerCommand(given));
      return { Ref: made?.ListenerArn ?? "" };
    }),
    "AWS::ElasticLoadBalancingV2::ListenerRule": by(elb, async (client, { Tags: _, ...given }: CreateRuleCommandInput) => {
      const { Rules: [made] = [] } = await client.send(new CreateRuleCommand(given));
      return { Ref: made?.RuleArn ?? "" };
    }),
  };
}

function databaseMakers(rds: (region: string) => Clients["rds"]): Readonly<Record<string, Make>> {
  return {
    "AWS::RDS::DBSubnetGroup": by(rds, async (client, { DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds }: Subnets) => {
      await client.send(new CreateDBSubnetGroupCommand({ DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds }));
      return { Ref: DBSubnetGroupName };
    }),
    "AWS::RDS::DBInstance": by(rds, async (client, given: Database, { region, account }) => {
      const made = await (given.SourceDBInstanceIdentifier ? copyOf(client, given) : databaseOf(client, given));
      return {
        Ref: given.DBInstanceIdentifier,
        DBInstanceArn: made?.DBInstanceArn ?? `arn:aws:rds:${region}:${account}:db:${given.DBInstanceIdentifier}`,
        "Endpoint.Address": made?.Endpoint?.Address ?? "",
        "Endpoint.Port": String(made?.Endpoint?.Port),
      };
    }),
    "AWS::RDS::DBProxy": by(rds, async (client, { Tags: _, ...given }: CreateDBProxyCommandInput) => {
      const { DBProxy: made } = await client.send(new CreateDBProxyCommand(given));
      return { Ref: given.DBProxyName ?? "", Endpoint: made?.Endpoint ?? "" };
    }),
    "AWS::RDS::DBProxyTargetGroup": by(rds, async (client, given: RegisterDBProxyTargetsCommandInput) => {
      const { DBProxyName, TargetGroupName, DBInstanceIdentifiers } = given;
      await client.send(new RegisterDBProxyTargetsCommand({ DBProxyName, TargetGroupName, DBInstanceIdentifiers }));
      return { Ref: "targets" };
    }),
  };
}

async function databaseOf(client: Clients["rds"], given: Database): Promise<DBInstance | undefined> {
  const { DBInstanceIdentifier, Engine, DBInstanceClass, StorageEncrypted, KmsKeyId, PubliclyAccessible, MultiAZ } = given;
  const { BackupRetentionPeriod, DBSubnetGroupName, MasterUsername } = given;
  const made = await client.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      Engine,
      DBInstanceClass,
      StorageEncrypted,
      KmsKeyId,
      PubliclyAccessible,
      MultiAZ,
      BackupRetentionPeriod,
      DBSubnetGroupName,
      MasterUsername,
      VpcSecurityGroupIds: given.VPCSecurityGroups,
      AllocatedStorage: Number(given.AllocatedStorage),
      Port: Number(given.Port),
      MasterUserPassword: "for-emulators-alone",
    }),
  );
  return made.DBInstance;
}

/** Without its subnets: moto looks for their group in the region of the original. */
async function copyOf(client: Clients["rds"], given: Database): Promise<DBInstance | undefined> {
  const { DBInstanceIdentifier, SourceDBInstanceIdentifier, DBInstanceClass, KmsKeyId, PubliclyAccessible } = given;
  const made = await client.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier,
      SourceDBInstanceIdentifier,
      DBInstanceClass,
      KmsKeyId,
      PubliclyAccessible,
      VpcSecurityGroupIds: given.VPCSecurityGroups,
      Port: Number(given.Port),
    }),
  );
  return made.DBInstance;
}
