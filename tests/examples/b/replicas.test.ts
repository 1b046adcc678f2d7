import { expect, it } from "vitest";
import { config, planned } from "./plans.ts";

const wanted = config.database;
if (!wanted) throw new Error("B has a database");

/** An environment that migrates nothing, with copies that answer reads and a rotation. */
const templates = planned({ database: { ...wanted, replicas: 2, rotation: 30 } }, {}, "development");
const readers = templates.all("AWS::RDS::DBInstance").filter((one) => one.at("SourceDBInstanceIdentifier") !== undefined);

it("A13, B12: instances alone reach the copies that answer reads, and know where each is", () => {
  expect(readers).toHaveLength(2);
  const [group, ...others] = new Set(readers.flatMap((one) => one.texts("VPCSecurityGroups")));
  expect(others).toEqual([]);
  const [app] = new Set(templates.all("AWS::EC2::LaunchTemplate").flatMap((one) => one.texts("LaunchTemplateData.SecurityGroupIds")));
  const doors = templates.all("AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === group);
  expect(doors.map((one) => [one.at("FromPort"), one.at("SourceSecurityGroupId")])).toEqual([[3306, app]]);
  const addresses = readers.map((one) => `${one.attribute("Endpoint.Address")}:3306`).join(",");
  for (const one of templates.all("AWS::EC2::LaunchTemplate")) expect(JSON.stringify(one.value)).toContain(addresses);
});

it("A13 each of them has an alarm on its lag", () => {
  const watched = templates.all("AWS::CloudWatch::Alarm").map((one) => one.at("Metrics.1.MetricStat.Metric"));
  for (const one of readers) {
    const Dimensions = [{ Name: "DBInstanceIdentifier", Value: one.ref }];
    expect(watched).toContainEqual({ Namespace: "AWS/RDS", MetricName: "ReplicaLag", Dimensions });
  }
});

it("A10 on instances, too, the service reads the secret that is rotated, and the proxy has both accounts of MySQL", () => {
  const [, app] = templates.all("AWS::SecretsManager::RotationSchedule").map((one) => templates.follow(one.at("SecretId")));
  expect(app?.text("Name")).toMatch(/database\/app$/);
  for (const one of templates.all("AWS::EC2::LaunchTemplate")) expect(JSON.stringify(one.value)).toContain(app?.ref);
  expect(templates.one("AWS::RDS::DBProxy").parts("Auth")).toHaveLength(2);
  expect(templates.one("AWS::Lambda::Function").at("Environment.Variables.ENGINE")).toBe("mysql");
});
