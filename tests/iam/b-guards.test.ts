import { describe, expect, it } from "vitest";
import { config, otherAccount, replicaRegion, worlds } from "./b/places.ts";
import { asking, proveGuards, ruledIn } from "./prove-guards.ts";
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

it.each(worlds)("B14: every policy of a resource of system B's $name is one that these tests ask", (world) => {
  const { "AWS::IAM::Role": roles, "AWS::KMS::Key": keys, ...others } = ruledIn(world);
  expect(keys).toBe(Object.keys(world.keys).length);
  expect(roles).toBe(world.roles.length);
  // Releases and copies, each with a bucket for logs; notices of the region and of the global one.
  expect(others).toEqual({ "AWS::S3::BucketPolicy": 4, "AWS::SNS::TopicPolicy": 2 });
});
