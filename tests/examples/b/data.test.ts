import { expect, it } from "vitest";
import { buildPlan } from "../../../lib/plan/build.ts";
import { captured } from "../../engines/pulumi/programs.ts";
import { allows, grantsOf } from "../policies.ts";
import { both, config, configured, development, planned, production } from "./plans.ts";

const databaseOf = (templates: typeof production) => templates.one("AWS::RDS::DBInstance");

it("B08 production begins with the snapshot, and says nothing that RDS takes from it", () => {
  const database = databaseOf(production);
  expect(database.at("DBSnapshotIdentifier")).toBe("orders-2026-11-20");
  // CloudFormation, AWS::RDS::DBInstance, DBSnapshotIdentifier: properties that must not stand beside it.
  for (const property of ["MasterUsername", "MasterUserPassword", "DBName", "KmsKeyId", "StorageEncrypted", "CharacterSetName"])
    expect(database.at(property)).toBeUndefined();
  expect(database.at("Port")).toBe("3306");
  expect(database.at("Engine")).toBe("mysql");
});

it("B08 the snapshot is pinned: Pulumi sets what a database begins with at creation and never again, whether one is named or not", async () => {
  const begun = ["dbName", "kmsKeyId", "password", "snapshotIdentifier", "storageEncrypted", "username"];
  for (const migration of [{}, { phase: "complete", weight: undefined, snapshot: undefined, source: undefined }] as const) {
    const { resources } = await captured(buildPlan(configured({}, migration), "production"));
    const database = resources.find(({ type }) => type === "aws:rds/instance:Instance");
    expect([...(database?.ignoreChanges ?? [])].sort()).toEqual(begun);
  }
});

it("B08 only the environment that a migration names lets its snapshots be copied", () => {
  const statementsOn = (templates: typeof production) =>
    templates.one("AWS::KMS::Key", (one) => one.id === "EncryptionDataKey").parts("KeyPolicy.Statement");
  const named = config.environments.find(({ name }) => name === "production")?.migration?.source;
  if (!named) throw new Error("production moves from somewhere");
  const { environment: _from, ...unnamed } = named;
  expect(statementsOn(development).flatMap((one) => one.texts("Principal.AWS"))).toContain("arn:aws:iam::444455556666:root");
  expect(statementsOn(planned({}, { source: unnamed }, "development"))).toHaveLength(1);
  expect(statementsOn(production)).toHaveLength(1);
});

it("B08 an environment has a role that takes its snapshots where a deploy of another account brings them, and only there", () => {
  const takers = (templates: typeof production) => templates.all("AWS::IAM::Role").filter((one) => one.id === "SnapshotsSnapshotsRole");
  expect(takers(development).map((one) => one.texts("AssumeRolePolicyDocument.Statement.0.Principal.AWS"))).toEqual([
    ["arn:aws:iam::444455556666:root"],
  ]);
  expect(takers(production)).toEqual([]);
  const named = { identifier: "orders-2026-11-20", bring: false };
  expect(takers(planned({}, { snapshot: named }, "development"))).toEqual([]);
  const together = config.environments.map((one) => ({ ...one, account: "111122223333" }));
  expect(takers(planned({ environments: together }, {}, "development"))).toEqual([]);
});

it("B08 B10 a database without a snapshot begins empty, encrypted by its own key, with a password that only AWS knows", () => {
  const database = databaseOf(development);
  const secret = development.one("AWS::SecretsManager::Secret");
  expect(database.at("StorageEncrypted")).toBe(true);
  expect(development.follow(database.at("KmsKeyId")).id).toBe("EncryptionDataKey");
  expect(database.at("MasterUserPassword")).toBe(`{{resolve:secretsmanager:${secret.ref}:SecretString:password}}`);
  // The user is in the secret as in the database, and no password is written.
  expect(JSON.parse(secret.text("GenerateSecretString.SecretStringTemplate"))).toEqual({ username: database.at("MasterUsername") });
  expect(secret.at("SecretString")).toBeUndefined();
  // Amazon RDS API reference, CreateDBInstance: at most 41 characters for MySQL, none of / " @.
  expect(secret.number("GenerateSecretString.PasswordLength")).toBeLessThanOrEqual(41);
  expect(secret.at("GenerateSecretString.ExcludePunctuation")).toBe(true);
});

it.each(both)(
  "B10 it has a standby, backups of a week at least, and is watched every minute at least by a role of its own (%s)",
  (_name, templates) => {
    const database = databaseOf(templates);
    expect(database.at("MultiAZ")).toBe(true);
    expect(database.number("BackupRetentionPeriod")).toBeGreaterThanOrEqual(7);
    expect([1, 5, 10, 15, 30, 60]).toContain(database.at("MonitoringInterval"));
    const role = templates.follow(database.at("MonitoringRoleArn"));
    expect(role.at("AssumeRolePolicyDocument.Statement.0.Principal.Service")).toBe("monitoring.rds.amazonaws.com");
    expect(role.texts("ManagedPolicyArns")).toEqual(["arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"]);
    expect([database.at("DatabaseInsightsMode"), database.at("EnablePerformanceInsights")]).toEqual(["standard", true]);
    expect(database.at("ManageMasterUserPassword")).toBeUndefined();
  },
);

it("B10 deletion is protected in production and leaves a last snapshot; elsewhere a destroy finishes", () => {
  expect([databaseOf(production).at("DeletionProtection"), databaseOf(production).deletion]).toEqual([true, "Snapshot"]);
  expect([databaseOf(development).at("DeletionProtection"), databaseOf(development).deletion]).toEqual([false, "Delete"]);
});

it.each(both)(
  "B10 B18 its logs are there before it, encrypted by a key that knows their names, and kept for a time (%s)",
  (_name, templates) => {
    const database = databaseOf(templates);
    const names = database
      .texts("EnableCloudwatchLogsExports")
      .map((log) => `/aws/rds/instance/${database.text("DBInstanceIdentifier")}/${log}`);
    const logs = database.after.filter((one) => one.type === "AWS::Logs::LogGroup");
    expect(logs.map((one) => one.at("LogGroupName")).sort()).toEqual([...names].sort());
    for (const log of logs) {
      expect(log.number("RetentionInDays")).toBeGreaterThan(0);
      const key = templates.follow(log.at("KmsKeyId"));
      const contexts = key.parts("KeyPolicy.Statement").map((one) => one.at("Condition.ArnLike"));
      expect(JSON.stringify(contexts)).toContain(`log-group:/aws/rds/instance/${database.text("DBInstanceIdentifier")}/*`);
    }
  },
);

// Amazon RDS User Guide, "Overview of RDS for MySQL database logs": slow queries are written by choice, and published only where they go to a file.
it.each(both)("B10 the slow queries that are published are written, to a file (%s)", (_name, templates) => {
  const database = databaseOf(templates);
  expect(database.texts("EnableCloudwatchLogsExports")).toEqual(["error", "slowquery"]);
  const group = templates.follow(database.at("DBParameterGroupName"));
  expect([group.at("Parameters.slow_query_log"), group.at("Parameters.log_output")]).toEqual(["1", "FILE"]);
});

it("B10 an upgrade to another release has a parameter group of its own, so that it can be made before the first one goes", () => {
  const { database } = config;
  if (!database) throw new Error("B has a database");
  const named = (version: string) => {
    const templates = planned({ database: { ...database, version } });
    return templates.follow(databaseOf(templates).at("DBParameterGroupName")).text("DBParameterGroupName");
  };
  expect(named("8.0.43")).not.toBe(named("8.4.9"));
  expect(named("8.4")).toBe(named("8.4.9"));
});

it("B10 connections without TLS are refused, by the parameter of each engine in a group of the right family", () => {
  const mysql = production.follow(databaseOf(production).at("DBParameterGroupName"));
  expect([mysql.at("Family"), mysql.at("Parameters.require_secure_transport")]).toEqual(["mysql8.4", "1"]);
  if (!config.database) throw new Error("B has a database");
  const other = planned(
    { database: { ...config.database, engine: "postgres", version: "17.6" } },
    { snapshot: undefined, source: undefined },
  );
  const postgres = other.follow(databaseOf(other).at("DBParameterGroupName"));
  const parameters = postgres.at("Parameters");
  expect([
    postgres.at("Family"),
    typeof parameters === "object" && parameters !== null && Reflect.get(parameters, "rds.force_ssl"),
  ]).toEqual(["postgres17", "1"]);
  expect(databaseOf(other).at("Port")).toBe("5432");
});

it.each(both)("B10 B18 the proxy asks for TLS and reads the one secret by a role of its own (%s)", (_name, templates) => {
  const proxy = templates.one("AWS::RDS::DBProxy");
  const secret = templates.one("AWS::SecretsManager::Secret");
  expect([proxy.at("RequireTLS"), proxy.at("EngineFamily"), proxy.at("Auth.0.SecretArn")]).toEqual([true, "MYSQL", secret.ref]);
  const role = templates.follow(proxy.at("RoleArn"));
  expect(role.at("AssumeRolePolicyDocument.Statement.0.Principal.Service")).toBe("rds.amazonaws.com");
  const grants = grantsOf(templates, role);
  expect(grants.some((one) => allows(one, "secretsmanager:GetSecretValue", secret.ref))).toBe(true);
  expect(grants.some((one) => allows(one, "kms:Decrypt", String(secret.at("KmsKeyId"))))).toBe(true);
  expect(proxy.after.map((one) => one.at("RoleName"))).toContain(role.ref);
  const targets = templates.one("AWS::RDS::DBProxyTargetGroup");
  expect([targets.at("DBProxyName"), targets.at("DBInstanceIdentifiers")]).toEqual([proxy.ref, [databaseOf(templates).ref]]);
});

it.each(both)(
  "B10 database and proxy lie in subnets that have no way to the internet, over two zones at least (%s)",
  (_name, templates) => {
    const subnets = templates.follow(databaseOf(templates).at("DBSubnetGroupName")).texts("SubnetIds");
    const tables = templates.all("AWS::EC2::SubnetRouteTableAssociation").filter((one) => subnets.includes(String(one.at("SubnetId"))));
    const ways = templates
      .all("AWS::EC2::Route")
      .filter((one) => tables.some((table) => table.at("RouteTableId") === one.at("RouteTableId")));
    expect(tables).toHaveLength(subnets.length);
    // Answers to production, which asks development's database: tests/examples/b/link.test.ts.
    expect(ways.filter((one) => one.at("TransitGatewayId") === undefined || one.at("DestinationCidrBlock") !== "10.60.0.0/16")).toEqual([]);
    expect(new Set(subnets.map((one) => templates.follow(one).at("AvailabilityZone"))).size).toBeGreaterThanOrEqual(2);
    expect(templates.one("AWS::RDS::DBProxy").texts("VpcSubnetIds")).toEqual(subnets);
    expect(databaseOf(templates).at("PubliclyAccessible")).toBe(false);
  },
);
