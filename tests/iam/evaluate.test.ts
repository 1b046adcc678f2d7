import { describe, expect, it } from "vitest";
import { conditionsHold, matchesArn } from "./conditions.ts";
import { type Caller, type ConcretePolicy, type ConcreteStatement, evaluate } from "./evaluate.ts";

// Every sentence is one of the IAM User Guide: "Policy evaluation logic", "IAM JSON policy elements: Condition operators", "Conditions with
// multiple context keys or values", "Set operators for multivalued context keys", "IAM JSON policy elements: Action" and "Resource"; for keys of
// the AWS KMS Developer Guide, "Key policies in AWS KMS".

const role: Caller = { arn: "arn:aws:iam::111122223333:role/one" };
const object = "arn:aws:s3:::bucket/a/b";

const policy = (...Statement: readonly ConcreteStatement[]): ConcretePolicy => ({ Statement });
const allow = (Action: string, Resource = "*"): ConcreteStatement => ({ Effect: "Allow", Action, Resource });
const deny = (Action: string, Resource = "*"): ConcreteStatement => ({ Effect: "Deny", Action, Resource });
const reads = { caller: role, action: "s3:GetObject", resource: object };

describe("the answer", () => {
  it("is no by default, and yes where a statement allows it", () => {
    expect(evaluate(reads, {})).toBe("not allowed");
    expect(evaluate(reads, { identity: [policy(allow("s3:PutObject"), allow("s3:GetObject"))] })).toBe("allowed");
  });

  it("is no where any statement of any policy denies it, whatever allows it", () => {
    expect(evaluate(reads, { identity: [policy(allow("s3:*")), policy(deny("s3:Get*"))] })).toBe("denied by a statement");
    expect(evaluate(reads, { identity: [policy(allow("s3:*"))], resource: policy({ ...deny("s3:*"), Principal: "*" }) })).toBe(
      "denied by a statement",
    );
    expect(evaluate(reads, { identity: [policy(deny("s3:*"))], resource: policy({ ...allow("s3:*"), Principal: "*" }) })).toBe(
      "denied by a statement",
    );
  });

  it("knows wildcards in actions, in any case, and no more than they say", () => {
    for (const action of ["*", "s3:*", "S3:getobject", "s3:Get*", "s3:?etObject"])
      expect(evaluate(reads, { identity: [policy(allow(action))] }), action).toBe("allowed");
    for (const action of ["s3:GetObjec", "s3:GetObject?", "ec2:*", "s3.GetObject"])
      expect(evaluate(reads, { identity: [policy(allow(action))] }), action).toBe("not allowed");
  });

  it("knows wildcards in resources, part by part", () => {
    for (const resource of ["*", object, "arn:aws:s3:::bucket/*", "arn:aws:s3:::b?cket/a/*", "arn:aws:s3:::*"])
      expect(evaluate(reads, { identity: [policy(allow("s3:*", resource))] }), resource).toBe("allowed");
    for (const resource of ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/A/*", "arn:aws:s3:*", "arn:aws:s3:::other/*"])
      expect(evaluate(reads, { identity: [policy(allow("s3:*", resource))] }), resource).toBe("not allowed");
    expect(matchesArn("arn:aws:logs:eu-west-1:1:log-group:/a:*", "arn:aws:logs:eu-west-1:1:log-group:/a:log-stream:b")).toBe(true);
    expect(matchesArn("arn:aws:sns:*:topic", "arn:aws:sns:eu-west-1:1:topic")).toBe(false);
  });
});

describe("the policy of a resource", () => {
  const of = (Principal: NonNullable<ConcreteStatement["Principal"]>) => policy({ ...allow("s3:*"), Principal });

  it("lets in the role or the service that it names, without a policy of theirs", () => {
    expect(evaluate(reads, { resource: of({ AWS: "arn:aws:iam::111122223333:role/one" }) })).toBe("allowed");
    expect(evaluate(reads, { resource: of({ AWS: "arn:aws:iam::111122223333:role/two" }) })).toBe("not allowed");
    expect(
      evaluate({ ...reads, caller: { service: "a.amazonaws.com" } }, { resource: of({ Service: ["b.amazonaws.com", "a.amazonaws.com"] }) }),
    ).toBe("allowed");
    expect(evaluate({ ...reads, caller: { service: "c.amazonaws.com" } }, { resource: of({ Service: "a.amazonaws.com" }) })).toBe(
      "not allowed",
    );
    expect(evaluate(reads, { resource: of("*") })).toBe("allowed");
  });

  it("rules a key alone: what it leaves to the account, the account's policies decide", () => {
    const toAccount = of({ AWS: "arn:aws:iam::111122223333:root" });
    const identity = [policy(allow("s3:*"))];
    expect(evaluate(reads, { resource: toAccount, ruledByResource: true })).toBe("not allowed");
    expect(evaluate(reads, { resource: toAccount, identity, ruledByResource: true })).toBe("allowed");
    expect(evaluate(reads, { resource: of({ AWS: "arn:aws:iam::999988887777:root" }), identity, ruledByResource: true })).toBe(
      "not allowed",
    );
    expect(evaluate(reads, { identity, ruledByResource: true })).toBe("not allowed");
  });
});

describe("conditions", () => {
  const source = "aws:SourceAccount";

  it("must hold all, for all of their keys, with one of the values of each", () => {
    const both = { StringEquals: { [source]: ["1", "2"], "aws:x": "y" }, Bool: { "aws:SecureTransport": "true" } };
    expect(conditionsHold(both, { [source]: "2", "aws:x": "y", "aws:SecureTransport": "true" })).toBe(true);
    expect(conditionsHold(both, { [source]: "3", "aws:x": "y", "aws:SecureTransport": "true" })).toBe(false);
    expect(conditionsHold(both, { [source]: "2", "aws:x": "y", "aws:SecureTransport": "false" })).toBe(false);
    expect(conditionsHold(both, { [source]: "2", "aws:SecureTransport": "true" })).toBe(false);
  });

  it("know a key in any case and a value only in its own", () => {
    expect(conditionsHold({ StringEquals: { "AWS:sourceaccount": "a" } }, { [source]: "a" })).toBe(true);
    expect(conditionsHold({ StringEquals: { [source]: "a" } }, { [source]: "A" })).toBe(false);
  });

  it("do not hold for an absent key, unless they are negated or say IfExists", () => {
    expect(conditionsHold({ StringEquals: { [source]: "1" } }, {})).toBe(false);
    expect(conditionsHold({ ArnLike: { [source]: "*" } }, {})).toBe(false);
    expect(conditionsHold({ StringNotEquals: { [source]: "1" } }, {})).toBe(true);
    expect(conditionsHold({ StringEqualsIfExists: { [source]: "1" } }, {})).toBe(true);
    expect(conditionsHold({ StringEqualsIfExists: { [source]: "1" } }, { [source]: "2" })).toBe(false);
    expect(conditionsHold({ Null: { [source]: "true" } }, {})).toBe(true);
    expect(conditionsHold({ Null: { [source]: "false" } }, {})).toBe(false);
    expect(conditionsHold({ Null: { [source]: "false" } }, { [source]: "1" })).toBe(true);
  });

  it("that are negated hold where none of the values fits", () => {
    expect(conditionsHold({ StringNotEquals: { [source]: ["1", "2"] } }, { [source]: "3" })).toBe(true);
    expect(conditionsHold({ StringNotEquals: { [source]: ["1", "2"] } }, { [source]: "2" })).toBe(false);
    expect(conditionsHold({ StringNotLike: { [source]: ["a*"] } }, { [source]: "ab" })).toBe(false);
  });

  it("match texts by wildcards only where the operator says so", () => {
    expect(conditionsHold({ StringLike: { [source]: "1?3*" } }, { [source]: "123456" })).toBe(true);
    expect(conditionsHold({ StringEquals: { [source]: "1*" } }, { [source]: "123" })).toBe(false);
    for (const operator of ["ArnLike", "ArnEquals"])
      expect(
        conditionsHold({ [operator]: { k: "arn:aws:logs:*:1:log-group:/a/*" } }, { k: "arn:aws:logs:eu-west-1:1:log-group:/a/b" }),
      ).toBe(true);
  });

  it("ask one or all of the values of a key that has several", () => {
    const names = { k: ["a", "b"] };
    expect(conditionsHold({ "ForAnyValue:StringEquals": { k: ["b", "c"] } }, names)).toBe(true);
    expect(conditionsHold({ "ForAllValues:StringEquals": { k: ["b", "c"] } }, names)).toBe(false);
    expect(conditionsHold({ "ForAllValues:StringEquals": { k: ["a", "b", "c"] } }, names)).toBe(true);
    expect(conditionsHold({ "ForAnyValue:StringEquals": { k: "a" } }, {})).toBe(false);
    expect(conditionsHold({ "ForAllValues:StringEquals": { k: "a" } }, {})).toBe(true);
    expect(conditionsHold({ "ForAnyValue:StringNotEquals": { k: "a" } }, names)).toBe(true);
  });

  it("that this evaluator does not know are no answer", () => {
    expect(() => conditionsHold({ NumericEquals: { k: "1" } }, { k: "1" })).toThrow("NumericEquals");
    expect(() => conditionsHold({ StringEquals: { k: "a" } }, { k: ["a", "b"] })).toThrow("the request has 2");
    expect(() => conditionsHold({ StringLike: { k: "${aws:username}" } }, { k: "a" })).toThrow("policy variable");
  });
});
