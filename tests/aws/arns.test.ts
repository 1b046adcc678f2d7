import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arn, arnOf, bucketArn, globalArn, nameOrArn, parseArn, toText } from "../../lib/aws/arns.ts";
import { partitionOf, regions } from "../../lib/aws/regions.ts";

const account = fc.stringMatching(/^[0-9]{12}$/);
const arn: fc.Arbitrary<Arn> = fc
  .record({
    region: fc.constantFrom(...regions),
    global: fc.boolean(),
    service: fc.constantFrom("ecs", "s3", "iam", "elasticloadbalancing"),
    account: fc.oneof(account, fc.constantFrom("", "aws")),
    resource: fc.stringMatching(/^[A-Za-z0-9:/*._-]{1,40}$/),
  })
  .map(({ region, global, ...rest }) => ({ ...rest, partition: partitionOf(region), region: global ? "" : region }));

describe("ARNs", () => {
  it("E02: what is written is read back", () => {
    fc.assert(
      fc.property(arn, (given) => {
        expect(parseArn(toText(given))).toEqual({ arn: given });
      }),
    );
  });

  it("are written for regions, global services and buckets, in the region's partition", () => {
    expect(arnOf("us-east-1", "ecs", "111122223333", "cluster/shop")).toBe("arn:aws:ecs:us-east-1:111122223333:cluster/shop");
    expect(globalArn("us-gov-west-1", "iam", "111122223333", "role/shop")).toBe("arn:aws-us-gov:iam::111122223333:role/shop");
    expect([bucketArn("cn-north-1", "logs"), bucketArn("us-east-1", "logs", "*")]).toEqual(["arn:aws-cn:s3:::logs", "arn:aws:s3:::logs/*"]);
  });

  it.each([
    ["", 'starts with "arn:"'],
    ["shop", 'starts with "arn:"'],
    ["arn:aws:ecs:us-east-1:111122223333", "six parts between colons, arn:partition:service:region:account:resource; this has 5"],
    ["arn:amazon:ecs:us-east-1:111122223333:cluster/shop", '"amazon" is no partition'],
    ["arn:aws:ECS:us-east-1:111122223333:cluster/shop", '"ECS" is no service'],
    ["arn:aws::us-east-1:111122223333:cluster/shop", '"" is no service'],
    ["arn:aws:ecs:us-east:111122223333:cluster/shop", '"us-east" is no region'],
    ["arn:aws:ecs:cn-north-1:111122223333:cluster/shop", "cn-north-1 is in aws-cn, not in aws"],
    ["arn:aws:ecs:us-east-1:11112222333:cluster/shop", '"11112222333" is no account: 12 digits'],
    ["arn:aws:ecs:us-east-1:111122223333:", "the resource is missing"],
    ["arn:aws:ecs:us-east-1:111122223333:cluster/a b", "space"],
  ])("E02: %j is refused, saying what is wrong", (text, problem) => {
    expect(parseArn(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe("a name or an ARN", () => {
  const cluster = { service: "ecs", resourceType: "cluster" };

  it.each([
    ["shop", cluster, { name: "shop" }],
    ["arn:aws:ecs:eu-west-1:111122223333:cluster/shop", cluster, { name: "shop", account: "111122223333", region: "eu-west-1" }],
    [
      "arn:aws:iam::111122223333:role/path/deploy",
      { service: "iam", resourceType: "role" },
      { name: "path/deploy", account: "111122223333" },
    ],
    ["arn:aws:s3:::artifacts", { service: "s3" }, { name: "artifacts" }],
    [
      "arn:aws:lambda:us-east-1:111122223333:function:scan",
      { service: "lambda", resourceType: "function" },
      { name: "scan", account: "111122223333", region: "us-east-1" },
    ],
  ] as const)("E02: %s is accepted", (text, wanted, reference) => {
    expect(nameOrArn(text, wanted)).toEqual(reference);
  });

  it.each([
    ["", "not empty"],
    ["a b", "no spaces"],
    ["ecs:shop", 'starts with "arn:"'],
    ["arn:aws:ecr:us-east-1:111122223333:repository/shop", "an ARN of ecr, not of ecs"],
    ["arn:aws:ecs:us-east-1:111122223333:service/shop/web", '"service/shop/web" is no cluster'],
    ["arn:aws:ecs:us-east-1:111122223333:cluster/", '"cluster/" is no cluster'],
    ["arn:aws:ecs:us-east-1:111122223333:cluster/shop:1", "is no cluster"],
  ])("E02: %j is refused, saying what is wrong", (text, problem) => {
    expect(nameOrArn(text, cluster)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
