import { expect, it } from "vitest";
import { references, statefulTypes, templateOf } from "../../lib/plan/as-template.ts";
import { att, type Keep, type Options, ref, type Stack, sub } from "../../lib/plan/template.ts";

const stackOf = (resources: Stack["resources"], outputs: Stack["outputs"] = []): Stack => ({
  name: "shop-test-base",
  part: "base",
  account: "111111111111",
  region: "eu-west-1",
  protect: false,
  resources,
  outputs,
});

const bucketOf = (id: string, options: Options = {}) =>
  ({ id, block: "Test", type: "AWS::S3::Bucket", properties: { BucketName: id }, ...options }) as const;

const policiesOf = (keep?: Keep) => {
  const { DeletionPolicy, UpdateReplacePolicy } = templateOf(stackOf([bucketOf("B", keep ? { keep } : {})])).Resources.B ?? {};
  return [DeletionPolicy, UpdateReplacePolicy];
};

it("D10: what becomes of data is always said, for deletion and for replacement", () => {
  expect(policiesOf()).toEqual(["Delete", "Delete"]);
  expect(policiesOf("destroy")).toEqual(["Delete", "Delete"]);
  expect(policiesOf("retain")).toEqual(["RetainExceptOnCreate", "Retain"]);
  for (const type of statefulTypes) {
    const stack = stackOf([{ id: "R", block: "Test", type, properties: {} as never }]);
    expect(templateOf(stack).Resources.R?.DeletionPolicy).toBe("Delete");
  }
});

it("D10: a database leaves a last snapshot, and nothing else claims to", () => {
  const database = { id: "Db", block: "Test", type: "AWS::RDS::DBInstance", properties: {}, keep: "snapshot" } as const;
  expect(templateOf(stackOf([database])).Resources.Db).toMatchObject({ DeletionPolicy: "Snapshot", UpdateReplacePolicy: "Snapshot" });
  expect(() => policiesOf("snapshot")).toThrow("AWS takes no snapshot of B, a AWS::S3::Bucket");
});

it("what holds no data says nothing of its end, unless the plan does", () => {
  const topic = { id: "Topic", block: "Test", type: "AWS::SNS::Topic", properties: {} } as const;
  expect(templateOf(stackOf([topic])).Resources.Topic).toEqual({ Type: "AWS::SNS::Topic", Properties: {} });
  expect(templateOf(stackOf([{ ...topic, keep: "retain" }])).Resources.Topic).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate" });
});

it("what must exist first is named once, sorted, and not where a reference says it already", () => {
  const [referenced, attribute, inText, named, a, b] = ["Ref", "Att", "Text", "Named", "A", "B"].map((id) => bucketOf(id));
  if (!referenced || !attribute || !inText || !named || !a || !b) throw new Error("six buckets");
  const topic = {
    id: "Topic",
    block: "Test",
    type: "AWS::SNS::Topic",
    properties: {
      TopicName: ref(referenced),
      DisplayName: sub("${Text.Arn} ${!A} ${B}", { B: att(attribute, "Arn") }),
    },
    after: [b, referenced, attribute, inText, a, a],
  } as const;
  expect(templateOf(stackOf([topic])).Resources.Topic?.DependsOn).toEqual(["A", "B"]);
});

it("references are found however deep, and names that a text brings along are none", () => {
  const value = { List: [{ Deep: { "Fn::Base64": { "Fn::Sub": ["${One} ${Own} ${Two.Arn} ${!Not}", { Own: { Ref: "Three" } }] } } }] };
  expect([...references(value)].sort()).toEqual(["One", "Three", "Two"]);
});

it("tags are in the order of their keys, and outputs carry what they are for", () => {
  const Tags = [
    { Key: "Project", Value: "shop" },
    { Key: "CostCenter", Value: "42" },
    { Key: "commit", Value: "0f1e2d3" },
  ];
  const bucket = { ...bucketOf("B"), properties: { BucketName: "b", Tags } } as const;
  const template = templateOf(stackOf([bucket], [{ name: "Name", value: ref(bucket), description: "Where it is kept" }]));
  expect(template.Resources.B?.Properties).toMatchObject({ Tags: [{ Key: "commit" }, { Key: "CostCenter" }, { Key: "Project" }] });
  expect(template.Outputs).toEqual({ Name: { Description: "Where it is kept", Value: { Ref: "B" } } });
});
