import {
  CreateDBInstanceReadReplicaCommand,
  type CreateDBInstanceReadReplicaCommandInput,
  type DBInstance,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeregisterDBProxyTargetsCommand,
  DescribeDBInstancesCommand,
  DescribeDBProxyTargetsCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  RDSClient,
  RDSServiceException,
} from "@aws-sdk/client-rds";
import { faked, on } from "./fake.ts";

type Instances = ReadonlyMap<string, DBInstance>;
const $metadata = {};

/** What the plan gives a database, as RDS tells it. */
const own: DBInstance = {
  Engine: "postgres",
  DBInstanceClass: "db.m7g.large",
  StorageType: "gp3",
  Endpoint: { Port: 5432 },
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }],
  DBParameterGroups: [{ DBParameterGroupName: "own" }],
  DBSubnetGroup: { DBSubnetGroupName: "isolated" },
  KmsKeyId: "arn:aws:kms:eu-west-1:222222222222:key/1",
  PubliclyAccessible: false,
  AutoMinorVersionUpgrade: true,
  CopyTagsToSnapshot: true,
  MonitoringInterval: 60,
  MonitoringRoleArn: "arn:aws:iam::222222222222:role/watcher",
  DatabaseInsightsMode: "standard",
  PerformanceInsightsEnabled: true,
  PerformanceInsightsKMSKeyId: "arn:aws:kms:eu-west-1:222222222222:key/2",
  PerformanceInsightsRetentionPeriod: 7,
  EnabledCloudwatchLogsExports: ["postgresql"],
  TagList: [
    { Key: "Project", Value: "catalog" },
    { Key: "aws:cloudformation:stack-name", Value: "data" },
  ],
};

/**
 * In RDS's own words (hashicorp/terraform-provider-aws#38056). A replica begins with the group of its source, and one of another region with that of the
 * engine (Amazon RDS API reference, CreateDBInstanceReadReplica: DBParameterGroupName).
 */
const noGroup = (engine: string): RDSServiceException =>
  new RDSServiceException({
    name: "InvalidParameterCombination",
    message: `A parameter group can't be specified during Read Replica creation for the following DB engine: ${engine}`,
    $fault: "client",
    $metadata,
  });

/**
 * Amazon RDS of a region that rests after a failover: a database behind a proxy, with a copy that answers reads. What is begun takes `takes` looks, and is
 * told `late` looks late (Amazon RDS User Guide, "Renaming a DB instance": the old name goes, and copies stay with what they copy).
 */
export function restingRegion({ late = 2, takes = 4, engine = "postgres" } = {}) {
  let now: Instances = new Map();
  let look = 0;
  const history: { readonly look: number; readonly told: Instances }[] = [];
  const due: { readonly look: number; readonly happens: () => void }[] = [];
  const accepted: string[] = [];
  const asked = new Map<string, CreateDBInstanceReadReplicaCommandInput>();
  const targets = new Set(["data"]);
  const become = (told: Instances): void => {
    now = told;
    history.push({ look, told });
  };
  const put = (id: string, change: DBInstance): void =>
    become(new Map(now).set(id, { DBInstanceIdentifier: id, ...now.get(id), ...change }));
  const soon = (happens: () => void): void => void due.push({ look: look + takes, happens });
  const idle = (id: string): DBInstance => {
    const found = now.get(id);
    if (!found) throw new DBInstanceNotFoundFault({ message: `no ${id}`, $metadata });
    if (found.DBInstanceStatus === "available") return found;
    throw new InvalidDBInstanceStateFault({ message: `${id} is ${found.DBInstanceStatus}`, $metadata });
  };
  const free = (id: string): void => {
    if (now.has(id)) throw new DBInstanceAlreadyExistsFault({ message: `there is ${id}`, $metadata });
  };
  const rename = (id: string, to: string): void => {
    free(to);
    const others = [...now].filter(([one]) => one !== id);
    const follows = ({ ReadReplicaSourceDBInstanceIdentifier: of, ...rest }: DBInstance): DBInstance =>
      of === undefined ? rest : { ...rest, ReadReplicaSourceDBInstanceIdentifier: of === id ? to : of };
    become(new Map(others.map(([one, found]) => [one, follows(found)])).set(to, { ...idle(id), DBInstanceIdentifier: to }));
    put(to, { DBInstanceStatus: "renaming" });
    soon(() => put(to, { DBInstanceStatus: "available" }));
  };
  put("data", { ...own, Engine: engine, DbiResourceId: "db-OLD", DBInstanceStatus: "available", MultiAZ: true, DeletionProtection: true });
  put("reader", { ...own, DbiResourceId: "db-OLDREADER", DBInstanceStatus: "available", ReadReplicaSourceDBInstanceIdentifier: "data" });
  const rds = faked(
    new RDSClient({ region: "eu-west-1" }),
    on(DescribeDBInstancesCommand, ({ DBInstanceIdentifier: id = "" }) => {
      look += 1;
      for (const one of due) if (one.look === look) one.happens();
      const found = history.findLast((then) => then.look <= Math.max(0, look - late))?.told.get(id);
      if (!found) throw new DBInstanceNotFoundFault({ message: `no ${id}`, $metadata });
      return { DBInstances: [found] };
    }),
    on(ModifyDBInstanceCommand, (change) => {
      const {
        DBInstanceIdentifier: id = "",
        NewDBInstanceIdentifier: to,
        BackupRetentionPeriod: days,
        DBParameterGroupName: group,
      } = change;
      idle(id);
      // It would come to pass in the next window for maintenance (Amazon RDS API reference, ModifyDBInstance: ApplyImmediately).
      if (!change.ApplyImmediately) return {};
      if (to !== undefined) {
        rename(id, to);
        accepted.push(`${id} becomes ${to}`);
        return {};
      }
      put(id, {
        DBInstanceStatus: days === undefined ? "modifying" : "backing-up",
        ...(days !== undefined && { BackupRetentionPeriod: days }),
        ...(group !== undefined && { DBParameterGroups: [{ DBParameterGroupName: group, ParameterApplyStatus: "pending-reboot" }] }),
      });
      if (group !== undefined) accepted.push(`${id} has the settings ${group}`);
      if (days !== undefined) accepted.push(`${id} keeps backups for ${days} days`);
      soon(() => put(id, { DBInstanceStatus: "available" }));
      return {};
    }),
    on(CreateDBInstanceReadReplicaCommand, (input) => {
      const { DBInstanceIdentifier: id = "", SourceDBInstanceIdentifier: source = "", DBParameterGroupName: group } = input;
      free(id);
      if (group !== undefined && (engine !== "mysql" || now.has(source))) throw noGroup(engine);
      if (now.has(source) && !idle(source).BackupRetentionPeriod)
        throw new InvalidDBInstanceStateFault({ message: `${source} keeps no backups`, $metadata });
      accepted.push(`${id} copies ${source}`);
      asked.set(id, input);
      put(id, {
        Engine: engine,
        DbiResourceId: `db-NEW${look}`,
        DBInstanceStatus: "creating",
        ReadReplicaSourceDBInstanceIdentifier: source,
        DBParameterGroups:
          group === undefined
            ? (now.get(source)?.DBParameterGroups ?? [{ DBParameterGroupName: `default.${engine}` }])
            : [{ DBParameterGroupName: group }],
      });
      if (now.has(source)) put(source, { ReadReplicaDBInstanceIdentifiers: [id] });
      soon(() => put(id, { DBInstanceStatus: "available" }));
      return {};
    }),
    on(DescribeDBProxyTargetsCommand, () => ({ Targets: [...targets].map((RdsResourceId) => ({ RdsResourceId })) })),
    on(DeregisterDBProxyTargetsCommand, ({ DBInstanceIdentifiers = [] }) => {
      for (const id of DBInstanceIdentifiers) targets.delete(id);
      accepted.push(`the proxy leaves ${DBInstanceIdentifiers.join()}`);
      return {};
    }),
  );
  return { rds, accepted, asked, put, now: () => now };
}
