import { describe, expect, it } from "vitest";
import { everything } from "./across.ts";
import { config, development, otherAccount, production, replicaRegion, worlds } from "./b/places.ts";
import type { Context } from "./conditions.ts";
import { evaluate } from "./evaluate.ts";
import { opened } from "./prove-across.ts";
import { asking, proveGuards, ruledIn } from "./prove-guards.ts";
import { proveDeliveredLogs } from "./prove-log-policies.ts";
import { guardOf } from "./roles.ts";
import { type World, worldOf } from "./world.ts";

describe.each(worlds)("B13: system B's $name", (world) => {
  proveGuards({
    world,
    otherAccount,
    role: world.roleArn("shop-instance"),
    silent: ["data", "secrets", "releases"],
    // Of flows, of the app, and those of the database, whose names are RDS's.
    groups: 4,
    topics: { notices: "notices", "health-notices": "health-notices" },
    sealed: { releases: "releases" },
  });
  provesVolumes(world);
  proveDeliveredLogs(world, otherAccount, "B04, B20", [`aws-waf-logs-${world.called("balancer")}`]);
});

describe.each(worlds)("B11: the copies of system B's $name in another region", ({ name, account }) => {
  const world = worldOf(config, name, { account, region: replicaRegion, short: "usw2" });
  proveGuards({
    world,
    otherAccount,
    role: `arn:aws:iam::${account}:role/orders-${name}-use1-shop-instance`,
    silent: ["replica"],
    groups: 0,
    topics: {},
    sealed: { replica: "replica" },
  });
});

// Amazon EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes".
function provesVolumes(world: World): void {
  const { account } = world;
  const scaling = (owner: string) => `arn:aws:iam::${owner}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const ask = (arn: string, action: string, more = {}) =>
    asking(world)({ arn }, action, world.keyOf("volumes"), {
      "aws:PrincipalArn": arn,
      "kms:CallerAccount": arn.split(":")[4] ?? "",
      ...more,
    });
  const forAws = { "kms:GrantIsForAWSResource": "true" };

  it("B13: the key of the volumes is used and granted by EC2 Auto Scaling of this account, and granted only to services of AWS", () => {
    for (const action of ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom"])
      expect(ask(scaling(account), action), action).toBe("allowed");
    expect(ask(scaling(account), "kms:CreateGrant", forAws)).toBe("allowed");
    expect(ask(scaling(account), "kms:CreateGrant")).toBe("not allowed");
    expect(ask(scaling(account), "kms:CreateGrant", { "kms:GrantIsForAWSResource": "false" })).toBe("not allowed");
    for (const other of [scaling(otherAccount), world.roleArn("shop-instance"), world.roleArn("database-proxy")])
      for (const action of ["kms:Decrypt", "kms:CreateGrant"]) expect(ask(other, action, forAws), other).toBe("not allowed");
    for (const action of ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]) expect(ask(scaling(account), action, forAws)).toBe("not allowed");
  });
}

// Amazon RDS User Guide, "Sharing encrypted snapshots for Amazon RDS".
describe("B08: the key of the database that the data comes from", () => {
  const key = development.keyOf("data");
  const byRds = { "kms:ViaService": "rds.us-east-1.amazonaws.com" };
  const forAws = { ...byRds, "kms:GrantIsForAWSResource": "true" };
  const ask = (account: string, action: string, context: Context, of = key) => {
    const caller = { arn: `arn:aws:iam::${account}:role/administrator` };
    const identity = [everything];
    return evaluate({ caller, action, resource: of, context }, { ...guardOf(development.resolved, of), identity });
  };

  it("B08: lets production's account copy its snapshots by RDS, as far as that account lets somebody", () => {
    for (const action of ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncryptFrom", "kms:GenerateDataKeyWithoutPlaintext"])
      expect(ask(production.account, action, byRds), action).toBe("allowed");
    expect(ask(production.account, "kms:CreateGrant", forAws)).toBe("allowed");
  });

  it("B08: lets it do nothing else, and no other account anything", () => {
    for (const context of [{}, { "kms:ViaService": "s3.us-east-1.amazonaws.com" }, { "kms:ViaService": "rds.eu-west-1.amazonaws.com" }])
      for (const action of ["kms:Decrypt", "kms:CreateGrant"])
        expect(ask(production.account, action, { "kms:GrantIsForAWSResource": "true", ...context })).toBe("not allowed");
    expect(ask(production.account, "kms:CreateGrant", byRds)).toBe("not allowed");
    for (const action of ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:RevokeGrant"])
      expect(ask(production.account, action, forAws), action).toBe("not allowed");
    for (const action of ["kms:Decrypt", "kms:CreateGrant"]) expect(ask(otherAccount, action, forAws)).toBe("not allowed");
  });

  it("B08: and the role that takes the snapshots are all of either environment that lets another account in", () => {
    expect(opened(worlds)).toEqual(["AWS::IAM::Role", "AWS::KMS::Key"]);
    for (const [purpose, one] of Object.entries(development.keys))
      if (one !== key) expect(ask(production.account, "kms:Decrypt", forAws, one), purpose).toBe("not allowed");
  });
});

it.each(worlds)("B14: every policy of a resource of system B's $name is one that these tests ask", (world) => {
  const { "AWS::IAM::Role": roles, "AWS::KMS::Key": keys, ...others } = ruledIn(world);
  expect(keys).toBe(Object.keys(world.keys).length);
  expect(roles).toBe(world.roles.length);
  // The log of the firewall; releases and copies, each with a bucket for logs; notices of the region and of the global one.
  expect(others).toEqual({ "AWS::Logs::ResourcePolicy": 1, "AWS::S3::BucketPolicy": 4, "AWS::SNS::TopicPolicy": 2 });
});
