import { expect, it } from "vitest";
import { digests } from "../../../lib/plan/functions.gen.ts";
import { wrongStatement } from "../../iam/reference.ts";
import { grantsOf, statementsOf } from "../policies.ts";
import { changed, config, inRegion, primary, production, regions, secondary, theOne, writer } from "./plans.ts";

const made = production.one("AWS::Lambda::Function", ({ stack }) => stack.startsWith("rotation "));
const role = production.follow(made.at("Role"));
const secretNamed = (end: string) => production.one("AWS::SecretsManager::Secret", (one) => one.text("Name").endsWith(end));
const [master, app, first, second] = ["master", "app", "app-1", "app-2"].map((name) => secretNamed(`database/${name}`));
const proxy = production.one("AWS::RDS::DBProxy");

it("A10, C19: the administrator's secret and the app's are rotated by one function of ours, every 30 days and right after their creation", () => {
  const schedules = production.all("AWS::SecretsManager::RotationSchedule");
  expect(schedules.map((one) => one.at("SecretId"))).toEqual([master?.ref, app?.ref]);
  for (const one of schedules) {
    expect(production.follow(one.at("RotationLambdaARN"))).toBe(made);
    expect(one.at("RotationRules")).toEqual({ ScheduleExpression: "rate(30 days)" });
    expect(one.at("RotateImmediatelyOnUpdate")).toBe(true);
  }
  expect(made.at("Code.S3Key")).toBe(`rotation-${digests.rotation}.zip`);
});

it("A10 Secrets Manager of this account alone may invoke the function, and does so only once it may and can", () => {
  const permission = production.one("AWS::Lambda::Permission", (one) => one.stack.startsWith("rotation "));
  expect(permission.value).toEqual({
    Action: "lambda:InvokeFunction",
    FunctionName: made.ref,
    Principal: "secretsmanager.amazonaws.com",
    SourceAccount: production.account,
  });
  const ways = inRegion(primary, "AWS::EC2::SecurityGroupEgress").filter(({ stack }) => stack.startsWith("rotation "));
  const ins = inRegion(primary, "AWS::EC2::SecurityGroupIngress").filter(({ stack }) => stack.startsWith("rotation "));
  expect(ways.length + ins.length).toBe(5);
  for (const one of production.all("AWS::SecretsManager::RotationSchedule"))
    expect(one.after).toEqual(expect.arrayContaining([permission, ...ways, ...ins]));
});

it("A10 the service gets the secret that is rotated, and the proxy one for each of the accounts that take turns", () => {
  const task = theOne(primary, "AWS::ECS::TaskDefinition");
  expect(task.parts("ContainerDefinitions")[0]?.texts("Secrets.0.ValueFrom")).toEqual([`${app?.ref}:username::`]);
  expect(proxy.parts("Auth").map((one) => [one.at("AuthScheme"), one.at("SecretArn")])).toEqual([
    ["SECRETS", first?.ref],
    ["SECRETS", second?.ref],
  ]);
  const users = [app, first, second].map((one) => JSON.parse(one?.text("GenerateSecretString.SecretStringTemplate") ?? "").username);
  expect(users).toEqual([
    made.at("Environment.Variables.FIRST_USER"),
    ...[made.at("Environment.Variables.FIRST_USER"), made.at("Environment.Variables.SECOND_USER")],
  ]);
  // A master user has letters and digits only, so neither is one.
  for (const user of users) expect(user).toMatch(/_/);
});

it("A10 host and port reach the function by its environment, never a password", () => {
  expect(made.at("Environment.Variables")).toMatchObject({
    ENGINE: "postgres",
    DATABASE_NAME: config.database?.name,
    DATABASE_ADDRESS: `${writer.attribute("Endpoint.Address")}:5432`,
    PROXY_ADDRESS: `${proxy.attribute("Endpoint")}:5432`,
    MASTER_SECRET_ARN: master?.ref,
    FIRST_SECRET_ARN: first?.ref,
    SECOND_SECRET_ARN: second?.ref,
  });
  expect(JSON.stringify(made.value)).not.toContain("resolve:");
  // AWS Lambda Developer Guide, "Building Lambda functions with Node.js": without it no certificate of Amazon RDS is trusted.
  expect(made.at("Environment.Variables.NODE_EXTRA_CA_CERTS")).toBe("/var/runtime/ca-cert.pem");
});

it("A10 the function's role rotates these two secrets, tells the proxy and opens their key through Secrets Manager alone", async () => {
  const grants = grantsOf(production, role);
  const about = (service: string) => grants.filter(({ actions }) => actions.some((action) => action.startsWith(`${service}:`)));
  // AWS Secrets Manager User Guide, "Lambda rotation function execution role permissions".
  const steps = ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"];
  expect(about("secretsmanager").map(({ actions, resources }) => [actions, resources])).toEqual([
    [steps.map((step) => `secretsmanager:${step}`), [master?.ref, app?.ref]],
    [["secretsmanager:PutSecretValue"], [first?.ref, second?.ref]],
  ]);
  const keyArn = production.follow(app?.at("KmsKeyId")).attribute("Arn");
  const copyArn = String(app?.at("ReplicaRegions.0.KmsKeyId"));
  const opens = about("kms").filter(({ resources }) => resources.includes(keyArn));
  expect(opens.map(({ actions, condition }) => [actions, condition])).toEqual([
    [["kms:Decrypt", "kms:GenerateDataKey"], { StringEquals: { "kms:ViaService": `secretsmanager.${primary}.amazonaws.com` } }],
  ]);
  const seals = about("kms").filter(({ resources }) => resources.includes(copyArn));
  const either = regions.map((region) => `secretsmanager.${region}.amazonaws.com`);
  // AWS Secrets Manager API reference, ReplicateSecretToRegions.
  expect(seals.map(({ actions, condition }) => [actions, condition])).toEqual([
    [["kms:Encrypt", "kms:GenerateDataKey"], { StringEquals: { "kms:ViaService": either } }],
  ]);
  const own = [...about("secretsmanager"), ...opens, ...seals];
  const wrong = own.map(({ actions, resources }) => wrongStatement({ Effect: "Allow", Action: actions, Resource: resources }));
  expect((await Promise.all(wrong)).flat()).toEqual([]);
});

it("A10 nobody but the function reads the administrator's secret", () => {
  const readers = production
    .all("AWS::IAM::RolePolicy")
    .filter((one) =>
      statementsOf(one, "PolicyDocument").some(
        ({ actions, resources }) => actions.includes("secretsmanager:GetSecretValue") && resources.includes(master?.ref ?? ""),
      ),
    );
  expect(readers.map((one) => one.at("RoleName"))).toEqual([role.ref]);
});

it("B12 the function reaches the database, the proxy and AWS by HTTPS, and nobody reaches it", () => {
  const [group] = made.texts("VpcConfig.SecurityGroupIds");
  const out = inRegion(primary, "AWS::EC2::SecurityGroupEgress").filter((one) => one.at("GroupId") === group);
  expect(out.map((one) => [one.at("FromPort"), one.at("DestinationSecurityGroupId") ?? one.at("CidrIp")])).toEqual([
    [443, "0.0.0.0/0"],
    [5432, writer.texts("VPCSecurityGroups")[0]],
    [5432, proxy.texts("VpcSecurityGroupIds")[0]],
  ]);
  expect(inRegion(primary, "AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === group)).toEqual([]);
});

it("A10, A13: a rotation that fails calls people", () => {
  const alarm = production.one("AWS::CloudWatch::Alarm", (one) => one.stack.startsWith("rotation "));
  expect([alarm.at("Namespace"), alarm.at("MetricName")]).toEqual(["AWS/Lambda", "Errors"]);
  expect(alarm.at("Dimensions")).toEqual([{ Name: "FunctionName", Value: made.ref }]);
  expect(alarm.number("Threshold")).toBe(0);
  expect(production.follow(alarm.texts("AlarmActions")[0]).type).toBe("AWS::SNS::Topic");
});

it("B18 the bucket of the code is up before the function's stack begins, so that it can be filled between", () => {
  const code = production.follow(made.at("Code.S3Bucket"));
  expect(code.stack).not.toBe(made.stack);
  expect(production.found.filter(({ stack }) => stack === code.stack).some((one) => JSON.stringify(one.value).includes("‹rotation "))).toBe(
    false,
  );
});

it("A10 without rotation the service is the administrator, and there is nothing that rotates", () => {
  const { database: wanted } = config;
  const still = changed({ database: wanted && { ...wanted, rotation: false } });
  const only = still.one("AWS::SecretsManager::Secret");
  expect(only.text("Name")).toMatch(/database\/master$/);
  expect(still.one("AWS::RDS::DBProxy").at("Auth.0.SecretArn")).toBe(only.ref);
  expect(still.all("AWS::SecretsManager::RotationSchedule")).toEqual([]);
  expect(still.found.filter(({ stack }) => stack.startsWith("rotation "))).toEqual([]);
});

it("A10 without a proxy the accounts have no secrets of their own, and the function no proxy to ask", () => {
  const { database: wanted } = config;
  const direct = changed({ database: wanted && { ...wanted, proxy: false, engine: "mysql", version: "8.4" } });
  const names = direct.all("AWS::SecretsManager::Secret").map((one) => one.text("Name"));
  expect(names.map((name) => name.split("/").slice(-2).join("/"))).toEqual(["database/master", "database/app"]);
  const variables = direct.one("AWS::Lambda::Function", ({ stack }) => stack.startsWith("rotation ")).at("Environment.Variables");
  expect(variables).toMatchObject({ ENGINE: "mysql" });
  for (const gone of ["PROXY_ADDRESS", "FIRST_SECRET_ARN", "SECOND_SECRET_ARN"]) expect(variables).not.toHaveProperty(gone);
});

it("A10 the other region, where the service rests, has no function of its own", () => {
  expect(inRegion(secondary, "AWS::Lambda::Function")).toEqual([]);
});
