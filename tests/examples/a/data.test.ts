import { expect, it } from "vitest";
import { changed, config, inRegion, primary, production, secondary, staging, theOne, whole, writer } from "./plans.ts";

const database = writer;
const replica = theOne(secondary, "AWS::RDS::DBInstance");
const reader = theOne(primary, "AWS::RDS::DBInstance", "Reader1");
const secretNamed = (end: string) => production.one("AWS::SecretsManager::Secret", (one) => one.text("Name").endsWith(end));
const master = secretNamed("database/master");
const secret = secretNamed("database/app");
const container = (region: string) => theOne(region, "AWS::ECS::TaskDefinition").parts("ContainerDefinitions")[0];

it("A10 the password is made by AWS and stands in no template", () => {
  for (const one of production.all("AWS::SecretsManager::Secret")) {
    expect(one.at("SecretString")).toBeUndefined();
    // Amazon RDS API reference, CreateDBInstance, MasterUserPassword: no slash, quote or at sign.
    expect(one.at("GenerateSecretString")).toMatchObject({ GenerateStringKey: "password", PasswordLength: 32, ExcludePunctuation: true });
  }
  expect(database.text("MasterUserPassword")).toBe(`{{resolve:secretsmanager:${master.ref}:SecretString:password}}`);
});

it("A10 user and password reach the task by the secret's ARN, host and port by its environment", () => {
  // Amazon ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables": arn:key:stage:version.
  expect(container(primary)?.at("Secrets")).toEqual([
    { Name: "DATABASE_USER", ValueFrom: `${secret.ref}:username::` },
    { Name: "DATABASE_PASSWORD", ValueFrom: `${secret.ref}:password::` },
  ]);
  const proxy = production.one("AWS::RDS::DBProxy");
  expect(
    container(primary)
      ?.parts("Environment")
      .map(({ value }) => value),
  ).toContainEqual({
    Name: "DATABASE_ADDRESS",
    Value: `${proxy.attribute("Endpoint")}:5432`,
  });
});

it("A10 the two roles of the task read that secret and no other, and open it by its key through Secrets Manager alone", () => {
  const task = theOne(primary, "AWS::ECS::TaskDefinition");
  for (const property of ["ExecutionRoleArn", "TaskRoleArn"]) {
    const role = production.follow(task.at(property));
    const statements = inRegion(primary, "AWS::IAM::RolePolicy")
      .filter((one) => one.at("RoleName") === role.ref)
      .flatMap((one) => one.parts("PolicyDocument.Statement"));
    const reads = statements.filter((one) => one.texts("Action").some((action) => action.startsWith("secretsmanager:")));
    expect(reads.map((one) => [one.at("Action"), one.at("Resource")])).toEqual([["secretsmanager:GetSecretValue", secret.ref]]);
    const opens = statements.filter(
      (one) => one.texts("Action").some((action) => action.startsWith("kms:")) && one.at("Sid") !== "EncryptsWhatItStores",
    );
    expect(opens.map((one) => [one.at("Resource"), one.at("Condition.StringEquals")])).toEqual([
      [production.follow(secret.at("KmsKeyId")).attribute("Arn"), { "kms:ViaService": `secretsmanager.${primary}.amazonaws.com` }],
    ]);
  }
});

it("A10 without a database the task has no secret, and its role no rights", () => {
  const [service] = config.services;
  const bare = changed({ database: undefined, services: [{ ...service, encrypts: false }] });
  expect(bare.all("AWS::SecretsManager::Secret")).toEqual([]);
  expect(theOne(primary, "AWS::ECS::TaskDefinition", "", bare).at("ContainerDefinitions.0.Secrets")).toBeUndefined();
  const role = bare.follow(theOne(primary, "AWS::ECS::TaskDefinition", "", bare).at("TaskRoleArn"));
  expect(bare.all("AWS::IAM::RolePolicy").filter((one) => one.at("RoleName") === role.ref)).toEqual([]);
});

it("B12 the service reaches the proxy, the proxy the database, and nobody else either of them but what rotates their secrets", () => {
  const [app] = theOne(primary, "AWS::ECS::Service", "BlueService").texts("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups");
  const [proxy] = production.one("AWS::RDS::DBProxy").texts("VpcSecurityGroupIds");
  const [data] = database.texts("VPCSecurityGroups");
  const doors = (group: unknown) =>
    inRegion(primary, "AWS::EC2::SecurityGroupIngress")
      .filter((one) => one.at("GroupId") === group)
      .map((one) => [one.at("FromPort"), one.at("SourceSecurityGroupId")]);
  const [rotation] = production
    .one("AWS::Lambda::Function", ({ stack }) => stack.startsWith("rotation "))
    .texts("VpcConfig.SecurityGroupIds");
  expect(doors(proxy)).toEqual([
    [5432, app],
    [5432, rotation],
  ]);
  expect(doors(data)).toEqual([
    [5432, proxy],
    [5432, rotation],
  ]);
});

it.each([
  ["the database", database],
  ["the copy that answers reads", reader],
  ["the replica in the other region", replica],
])("A13 alarms watch CPU, storage and connections of %s, by its identifier, in its own region", (_what, one) => {
  const region = one.stack.split(" ")[1] ?? "";
  const alarms = inRegion(region, "AWS::CloudWatch::Alarm").filter(
    (alarm) => alarm.at("Namespace") === "AWS/RDS" && alarm.at("Dimensions.0.Value") === one.ref,
  );
  expect(alarms.map((alarm) => alarm.at("MetricName"))).toEqual(
    expect.arrayContaining(["CPUUtilization", "FreeStorageSpace", "DatabaseConnections"]),
  );
  for (const alarm of alarms) expect(alarm.at("Dimensions")).toEqual([{ Name: "DBInstanceIdentifier", Value: one.ref }]);
});

it.each([
  ["the copy that answers reads", reader],
  ["the replica in the other region", replica],
])("A12, A13: an alarm tells of %s that falls behind, stops following or is gone", (_what, one) => {
  const region = one.stack.split(" ")[1] ?? "";
  const lags = inRegion(region, "AWS::CloudWatch::Alarm").filter(
    (alarm) => alarm.at("Metrics.1.MetricStat.Metric.MetricName") === "ReplicaLag",
  );
  const own = lags.filter((alarm) => alarm.at("Metrics.1.MetricStat.Metric.Dimensions.0.Value") === one.ref);
  expect(own).toHaveLength(1);
  for (const alarm of own) {
    expect(alarm.at("Metrics.1.MetricStat.Metric")).toEqual({
      Namespace: "AWS/RDS",
      MetricName: "ReplicaLag",
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: one.ref }],
    });
    // Amazon RDS User Guide, "Monitoring read replication": up to five minutes without writes, -1 where nothing is followed.
    expect(alarm.number("Threshold")).toBeGreaterThan(300);
    expect(alarm.text("Metrics.0.Expression")).toMatch(/^IF\(lag < 0, (\d+), lag\)$/);
    expect(Number(/\d{2,}/.exec(alarm.text("Metrics.0.Expression"))?.[0])).toBeGreaterThan(alarm.number("Threshold"));
    expect(alarm.at("TreatMissingData")).toBe("breaching");
    expect(production.follow(alarm.texts("AlarmActions")[0]).stack).toBe(`base ${region}`);
  }
});

it.each([
  ["the copy that answers reads", reader],
  ["the replica in the other region", replica],
])("A12, A13: %s says nothing that it takes from its source", (_what, one) => {
  // CloudFormation, AWS::RDS::DBInstance: SourceDBInstanceIdentifier, StorageEncrypted, EngineVersion.
  for (const property of [
    "BackupRetentionPeriod",
    "DBName",
    "MasterUsername",
    "MasterUserPassword",
    "StorageEncrypted",
    "DBSnapshotIdentifier",
  ])
    expect(one.at(property)).toBeUndefined();
  for (const property of [
    "Engine",
    "DBInstanceClass",
    "Port",
    "StorageType",
    "AllocatedStorage",
    "PubliclyAccessible",
    "MonitoringInterval",
  ])
    expect(one.at(property)).toEqual(database.at(property));
  expect(production.follow(one.at("DBParameterGroupName")).at("Parameters")).toEqual(
    production.follow(database.at("DBParameterGroupName")).at("Parameters"),
  );
});

it("A13 a copy that answers reads follows the database of its region, by that one's key and subnets", () => {
  expect(reader.at("SourceDBInstanceIdentifier")).toBe(database.ref);
  for (const property of ["SourceRegion", "KmsKeyId", "DBSubnetGroupName"]) expect(reader.at(property)).toBeUndefined();
  expect(database.number("BackupRetentionPeriod")).toBeGreaterThan(0);
});

it("A13, B12: the service alone reaches the copies that answer reads, and knows where each is", () => {
  const [group] = reader.texts("VPCSecurityGroups");
  const [app] = theOne(primary, "AWS::ECS::Service", "BlueService").texts("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups");
  const doors = inRegion(primary, "AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === group);
  expect(doors.map((one) => [one.at("FromPort"), one.at("SourceSecurityGroupId")])).toEqual([[5432, app]]);
  const environment = container(primary)
    ?.parts("Environment")
    .map(({ value }) => value);
  expect(environment).toContainEqual({ Name: "DATABASE_READERS", Value: `${reader.attribute("Endpoint.Address")}:5432` });
  const two = changed({ database: config.database && { ...config.database, replicas: 2 } });
  const addresses = theOne(primary, "AWS::ECS::TaskDefinition", "", two)
    .parts("ContainerDefinitions.0.Environment")
    .find((one) => one.at("Name") === "DATABASE_READERS");
  expect(addresses?.text("Value").split(",")).toHaveLength(2);
});

it("A13 without copies there is no group for them, and no variable", () => {
  const none = changed({ database: config.database && { ...config.database, replicas: 0 } });
  expect(inRegion(primary, "AWS::RDS::DBInstance", none)).toHaveLength(1);
  expect(JSON.stringify(none.found.map(({ value }) => value))).not.toMatch(/DATABASE_READERS|answer reads/);
});

it("B10, D05: every instance's log groups are there before it, encrypted, and their key is for their very names", () => {
  for (const one of [database, reader, replica]) {
    const groups = one.after.filter(({ type }) => type === "AWS::Logs::LogGroup");
    expect(groups.map((group) => group.text("LogGroupName"))).toEqual(
      one.texts("EnableCloudwatchLogsExports").map((log) => `/aws/rds/instance/${one.text("DBInstanceIdentifier")}/${log}`),
    );
    for (const group of groups) {
      const contexts = production
        .follow(group.at("KmsKeyId"))
        .parts("KeyPolicy.Statement")
        .map((statement) => statement.at("Condition.ArnLike.kms:EncryptionContext:aws:logs:arn"));
      expect(
        contexts.some((context) => String(context).endsWith(`:log-group:/aws/rds/instance/${one.text("DBInstanceIdentifier")}/*`)),
      ).toBe(true);
    }
  }
});

it("A12 the other region's replica follows the database, under a key, subnets and a group of its own region", () => {
  expect([replica.at("SourceDBInstanceIdentifier"), replica.at("SourceRegion")]).toEqual([database.attribute("DBInstanceArn"), primary]);
  for (const property of ["KmsKeyId", "PerformanceInsightsKMSKeyId", "DBSubnetGroupName", "DBParameterGroupName", "MonitoringRoleArn"])
    expect(production.follow(replica.at(property)).stack).toBe(`standby ${secondary}`);
  for (const subnet of production.follow(replica.at("DBSubnetGroupName")).texts("SubnetIds"))
    expect(production.follow(subnet).stack).toBe(`base ${secondary}`);
  const [app] = theOne(secondary, "AWS::ECS::Service", "BlueService").texts("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups");
  const doors = inRegion(secondary, "AWS::EC2::SecurityGroupIngress").filter(
    (one) => one.at("GroupId") === replica.texts("VPCSecurityGroups")[0],
  );
  expect(doors.map((one) => [one.at("FromPort"), one.at("SourceSecurityGroupId")])).toEqual([[5432, app]]);
  expect([replica.at("DeletionProtection"), replica.at("MultiAZ")]).toEqual([true, true]);
});

it("A12 a deploy after a failover makes no replica of what was promoted, and leaves its backups: both are said once", () => {
  const planned = whole.stacks.flatMap(({ part, resources }) => (part === "standby" ? resources : []));
  expect(planned.find(({ type }) => type === "AWS::RDS::DBInstance")?.releaseOwns).toEqual([
    "SourceDBInstanceIdentifier",
    "BackupRetentionPeriod",
  ]);
});

it("A12 with backups alone there is no replica, and a copy of every backup still", () => {
  const backups = changed({ database: config.database && { ...config.database, recovery: "backups" } });
  expect(inRegion(secondary, "AWS::RDS::DBInstance", backups)).toEqual([]);
  for (const templates of [production, backups]) expect(inRegion(secondary, "AWS::Backup::BackupVault", templates)).toHaveLength(1);
  expect(staging.all("AWS::RDS::DBInstance").filter((one) => one.at("SourceRegion") !== undefined)).toEqual([]);
});

it("A10, A12: every secret of the database has a copy in the other region, under a key of that region", () => {
  for (const one of production.all("AWS::SecretsManager::Secret")) {
    expect(one.parts("ReplicaRegions").map((copy) => copy.at("Region"))).toEqual([secondary]);
    expect(production.follow(one.at("ReplicaRegions.0.KmsKeyId")).stack).toBe(`recovery ${secondary}`);
  }
  for (const one of staging.all("AWS::SecretsManager::Secret")) expect(one.at("ReplicaRegions")).toBeUndefined();
});

it("A12 the database is backed up every night, with a copy in the other region under a key of that region", () => {
  const plan = production.one("AWS::Backup::BackupPlan");
  const selection = production.one("AWS::Backup::BackupSelection");
  expect(selection.at("BackupPlanId")).toBe(plan.ref);
  expect(selection.texts("BackupSelection.Resources")).toEqual([database.attribute("DBInstanceArn")]);
  const [rule] = plan.parts("BackupPlan.BackupPlanRule");
  // AWS Backup Developer Guide, "Backup plan options and configuration": minute and hour are given, and every day.
  expect(rule?.text("ScheduleExpression")).toMatch(/^cron\(\d+ \d+ \* \* \? \*\)$/);
  const [copy] = rule?.parts("CopyActions") ?? [];
  const own = production.follow(rule?.at("TargetBackupVault"));
  const other = production.follow(copy?.at("DestinationBackupVaultArn"));
  expect([own.stack, other.stack]).toEqual([`recovery ${primary}`, `recovery ${secondary}`]);
  for (const vault of [own, other]) {
    expect(production.follow(vault.at("EncryptionKeyArn")).stack).toBe(vault.stack);
    expect(vault.deletion).toBe("RetainExceptOnCreate");
    // AWS Backup Developer Guide, "AWS Backup Vault Lock": a copy that lives shorter or longer than the lock allows is refused.
    for (const days of [rule?.number("Lifecycle.DeleteAfterDays"), copy?.number("Lifecycle.DeleteAfterDays")]) {
      expect(days).toBeGreaterThanOrEqual(vault.number("LockConfiguration.MinRetentionDays"));
      expect(days).toBeLessThanOrEqual(vault.number("LockConfiguration.MaxRetentionDays"));
    }
  }
  expect(staging.all("AWS::Backup::BackupVault")).toEqual([]);
});

it("A12 in the other region the service rests until a failover has restored the data", () => {
  expect(inRegion(secondary, "AWS::ECS::Service").map((one) => one.at("DesiredCount"))).toEqual([0, 0]);
  expect(inRegion(secondary, "AWS::ApplicationAutoScaling::ScalableTarget").map((one) => one.at("MinCapacity"))).toEqual([0, 0]);
  const bare = changed({ database: undefined });
  expect(inRegion(secondary, "AWS::ECS::Service", bare).map((one) => one.at("DesiredCount"))).toEqual([3, 0]);
});

it("A13, B12, B13: a further service has the same ways to the data, and the key only if it encrypts", () => {
  const [service] = config.services;
  const further = { ...service, name: "api", encrypts: false, paths: ["/api/*"] };
  const two = changed({ services: [service, further] });
  const groupOf = (stack: string) =>
    two
      .one("AWS::ECS::Service", (one) => one.stack === stack && one.id.endsWith("BlueService"))
      .texts("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups")[0];
  const reached = (group: unknown) =>
    inRegion(primary, "AWS::EC2::SecurityGroupIngress", two)
      .filter((one) => one.at("SourceSecurityGroupId") === group)
      .map((one) => one.at("GroupId"));
  expect(reached(groupOf(`api ${primary}`))).toEqual(reached(groupOf(`web ${primary}`)));
  const variables = (stack: string) =>
    two
      .one("AWS::ECS::TaskDefinition", (one) => one.stack === stack)
      .parts("ContainerDefinitions.0.Environment")
      .map((one) => one.at("Name"));
  expect(variables(`web ${primary}`)).toEqual(expect.arrayContaining(["DATABASE_READERS", "ENCRYPTION_KEY_ARN"]));
  expect(variables(`api ${primary}`)).toContain("DATABASE_READERS");
  expect(variables(`api ${primary}`)).not.toContain("ENCRYPTION_KEY_ARN");
});
