import { expect, it } from "vitest";
import type { Config } from "../../../lib/config/config.ts";
import { allows, grantsOf, statementsOf } from "../policies.ts";
import { changed, config, primary, production, regions, secondary, staging, theOne } from "./plans.ts";

const key = production.one("AWS::KMS::Key", (one) => one.at("MultiRegion") === true);
const replica = production.one("AWS::KMS::ReplicaKey");
const own = { [primary]: key, [secondary]: replica };

it("B13 the service's own key is the same in both regions: a multi-region key that turns, and a replica of it", () => {
  expect(key.stack).toBe(`keys ${primary}`);
  expect(key.at("EnableKeyRotation")).toBe(true);
  expect(replica.stack).toBe(`keys ${secondary}`);
  expect(replica.at("PrimaryKeyArn")).toBe(key.attribute("Arn"));
  // AWS::KMS::ReplicaKey: a policy of its own, and rotation is the primary's.
  expect(statementsOf(replica, "KeyPolicy")).toEqual(statementsOf(key, "KeyPolicy"));
  expect(replica.at("EnableKeyRotation")).toBeUndefined();
  expect([key.deletion, replica.deletion]).toEqual(["RetainExceptOnCreate", "RetainExceptOnCreate"]);
});

it.each(regions)("B13, B14: it has an alias in %s, and the service there may use it and no other but its secret's", (region) => {
  const made = own[region];
  const alias = theOne(region, "AWS::KMS::Alias", "ServiceKeyAlias");
  expect([alias.at("TargetKeyId"), alias.at("AliasName")]).toEqual([made.ref, expect.stringMatching(/^alias\/.*-service$/)]);
  const task = theOne(region, "AWS::ECS::TaskDefinition");
  const arn = made.attribute("Arn");
  expect(task.parts("ContainerDefinitions.0.Environment").map(({ value }) => value)).toContainEqual({
    Name: "ENCRYPTION_KEY_ARN",
    Value: arn,
  });
  const grants = grantsOf(production, production.follow(task.at("TaskRoleArn")));
  for (const action of ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"])
    expect(grants.some((one) => allows(one, action, arn))).toBe(true);
  for (const action of ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:ReEncryptFrom"])
    expect(grants.some((one) => allows(one, action, arn))).toBe(false);
});

it("B13 what AWS's services carry across regions is sealed there by a key of that region: no other key is one of several", () => {
  expect(production.all("AWS::KMS::Key").filter((one) => one.at("MultiRegion") !== undefined)).toEqual([key]);
  const used = production.found.flatMap((one) =>
    ["KmsKeyId", "EncryptionKeyArn", "KMSMasterKeyID"].flatMap((property) =>
      one.at(property) === undefined ? [] : [{ one, keyArn: one.at(property) }],
    ),
  );
  expect(used.length).toBeGreaterThan(20);
  for (const { one, keyArn } of used) expect(production.follow(keyArn).stack.split(" ")[1]).toBe(one.stack.split(" ")[1]);
});

it("B13 in one region it is a multi-region key, too, as no key becomes one later", () => {
  expect(staging.one("AWS::KMS::Key", (one) => one.stack === "keys").at("MultiRegion")).toBe(true);
  expect(staging.all("AWS::KMS::ReplicaKey")).toEqual([]);
});

it("B13 a service that encrypts nothing has no such key", () => {
  const [service] = config.services;
  const services: Config["services"] = [{ ...service, encrypts: false }];
  const none = changed({ services });
  expect(none.all("AWS::KMS::ReplicaKey")).toEqual([]);
  expect(JSON.stringify(none.found.map(({ value }) => value))).not.toContain("ENCRYPTION_KEY_ARN");
});
