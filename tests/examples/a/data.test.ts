import { expect, it } from "vitest";
import { changed, inRegion, primary, production, secondary, staging, theOne } from "./plans.ts";

const database = production.one("AWS::RDS::DBInstance");
const secret = production.one("AWS::SecretsManager::Secret");
const container = (region: string) => theOne(region, "AWS::ECS::TaskDefinition").parts("ContainerDefinitions")[0];

it("A10 the password is made by AWS and stands in no template", () => {
  expect(secret.at("SecretString")).toBeUndefined();
  expect(secret.at("GenerateSecretString")).toMatchObject({ GenerateStringKey: "password", PasswordLength: 32 });
  expect(database.text("MasterUserPassword")).toBe(`{{resolve:secretsmanager:${secret.ref}:SecretString:password}}`);
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
    const opens = statements.filter((one) => one.texts("Action").some((action) => action.startsWith("kms:")));
    expect(opens.map((one) => [one.at("Resource"), one.at("Condition.StringEquals")])).toEqual([
      [production.follow(secret.at("KmsKeyId")).attribute("Arn"), { "kms:ViaService": `secretsmanager.${primary}.amazonaws.com` }],
    ]);
  }
});

it("A10 without a database the task has no secret, and its role no rights", () => {
  const bare = changed({ database: undefined });
  expect(bare.all("AWS::SecretsManager::Secret")).toEqual([]);
  expect(theOne(primary, "AWS::ECS::TaskDefinition", "", bare).at("ContainerDefinitions.0.Secrets")).toBeUndefined();
  const role = bare.follow(theOne(primary, "AWS::ECS::TaskDefinition", "", bare).at("TaskRoleArn"));
  expect(bare.all("AWS::IAM::RolePolicy").filter((one) => one.at("RoleName") === role.ref)).toEqual([]);
});

it("B12 the service reaches the proxy, the proxy the database, and nobody else either of them", () => {
  const [app] = theOne(primary, "AWS::ECS::Service", "BlueService").texts("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups");
  const [proxy] = production.one("AWS::RDS::DBProxy").texts("VpcSecurityGroupIds");
  const [data] = database.texts("VPCSecurityGroups");
  const doors = (group: unknown) =>
    inRegion(primary, "AWS::EC2::SecurityGroupIngress")
      .filter((one) => one.at("GroupId") === group)
      .map((one) => [one.at("FromPort"), one.at("SourceSecurityGroupId")]);
  expect(doors(proxy)).toEqual([[5432, app]]);
  expect(doors(data)).toEqual([[5432, proxy]]);
});

it("A13 alarms watch CPU, storage and connections of the database, by its identifier", () => {
  const alarms = production.all("AWS::CloudWatch::Alarm").filter((one) => one.at("Namespace") === "AWS/RDS");
  expect(alarms.map((one) => one.at("MetricName"))).toEqual(
    expect.arrayContaining(["CPUUtilization", "FreeStorageSpace", "DatabaseConnections"]),
  );
  for (const one of alarms) expect(one.at("Dimensions")).toEqual([{ Name: "DBInstanceIdentifier", Value: database.ref }]);
});

it("A12 the database is backed up every night, with a copy in the other region under a key of that region", () => {
  const plan = production.one("AWS::Backup::BackupPlan");
  const selection = production.one("AWS::Backup::BackupSelection");
  expect(selection.at("BackupPlanId")).toBe(plan.ref);
  expect(selection.texts("BackupSelection.Resources")).toEqual([database.attribute("DBInstanceArn")]);
  const [rule] = plan.parts("BackupPlan.BackupPlanRule");
  const [copy] = rule?.parts("CopyActions") ?? [];
  const own = production.follow(rule?.at("TargetBackupVault"));
  const other = production.follow(copy?.at("DestinationBackupVaultArn"));
  expect([own.stack, other.stack]).toEqual([`recovery ${primary}`, `recovery ${secondary}`]);
  for (const vault of [own, other]) {
    expect(production.follow(vault.at("EncryptionKeyArn")).stack).toBe(vault.stack);
    expect(vault.deletion).toBe("Retain");
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
