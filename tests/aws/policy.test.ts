import { describe, expect, it } from "vitest";
import {
  allow,
  anyResource,
  type Conditions,
  deny,
  encryptedOnly,
  keyAdmin,
  keyUse,
  objectsIn,
  policy,
  refuseWithoutTls,
  tlsOnly,
  trusts,
  trustsAccounts,
  trustsWeb,
  viaService,
} from "../../lib/aws/policy.ts";

const topic = "arn:aws:sns:us-east-1:111122223333:shop-production-use1-alarms";
const bucket = "arn:aws:s3:::artifacts";
const key = "arn:aws:kms:us-east-1:111122223333:key/1";

const sse = "s3:x-amz-server-side-encryption";
const sseKey = "s3:x-amz-server-side-encryption-aws-kms-key-id";

/** IAM's rules for two operators: all must hold; `Null` asks whether a key is absent; a negated match holds for an absent key. */
function holds(conditions: Conditions, request: Readonly<Record<string, string>>): boolean {
  const operators: Readonly<Record<string, (given: string | undefined, wanted: unknown) => boolean>> = {
    Null: (given, wanted) => String(given === undefined) === wanted,
    StringNotEquals: (given, wanted) => given !== wanted,
  };
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([name, wanted]) => operators[operator]?.(request[name], wanted)),
  );
}

describe("statements", () => {
  it("C04: name the resources that they are about", () => {
    expect(
      policy(
        allow({ sid: "Tell", actions: "sns:Publish", resources: topic }),
        deny({ actions: ["s3:*"], resources: [bucket, { Ref: "Logs" }] }),
      ),
    ).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Tell", Effect: "Allow", Action: "sns:Publish", Resource: topic },
        { Effect: "Deny", Action: ["s3:*"], Resource: [bucket, { Ref: "Logs" }] },
      ],
    });
  });

  it("C04: carry their conditions", () => {
    const conditions = { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } };
    expect(allow({ actions: "iam:PassRole", resources: topic, conditions })).toMatchObject({ Condition: conditions });
  });

  it('C04: "*" has its reason as Sid', () => {
    expect(allow({ actions: "ecr:GetAuthorizationToken", resources: anyResource("EcrTokensAreForTheWholeRegistry") })).toEqual({
      Sid: "EcrTokensAreForTheWholeRegistry",
      Effect: "Allow",
      Action: "ecr:GetAuthorizationToken",
      Resource: "*",
    });
  });

  it('C04: "*" without a reason neither compiles nor runs', () => {
    // @ts-expect-error "*" is no resource
    expect(() => allow({ actions: "s3:GetObject", resources: "*" })).toThrow("needs a reason");
    // @ts-expect-error "*" is no resource
    expect(() => deny({ actions: "s3:GetObject", resources: [bucket, "*"] })).toThrow("needs a reason");
    const atRunTime: string = ["*"].join();
    expect(() => allow({ actions: "s3:GetObject", resources: atRunTime })).toThrow("needs a reason");
    expect(() => allow({ sid: "Other", actions: "s3:*", resources: anyResource("ListingIsNotScoped") })).toThrow("Sid");
  });

  it.each(["", "Because", "not pascal case", "with-hyphens-in-it", "Ärger Über Alles"])("C04: %j is no reason", (because) => {
    expect(() => anyResource(because)).toThrow("no reason");
  });
});

describe("trust", () => {
  it("C04: of a service, of accounts and of tokens", () => {
    const source = { StringEquals: { "aws:SourceAccount": "111122223333" } };
    const trustOf = (document: ReturnType<typeof trusts>) => document.Statement[0];
    expect(trustOf(trusts("ecs-tasks.amazonaws.com", source))).toEqual({
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: source,
    });
    expect(trustOf(trustsAccounts("arn:aws:iam::111122223333:root"))).toEqual({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "sts:AssumeRole",
    });
    const claims = { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } };
    expect(trustOf(trustsWeb({ Ref: "Provider" }, claims))).toEqual({
      Effect: "Allow",
      Principal: { Federated: { Ref: "Provider" } },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: claims,
    });
  });
});

describe("policies of keys and buckets", () => {
  it("B13: a key can be administered by its account only, and used by those named only", () => {
    const document = policy(keyAdmin("arn:aws:iam::111122223333:root"), keyUse("Logs", { Service: "logs.us-east-1.amazonaws.com" }));
    expect(document.Statement.map(({ Principal }) => Principal)).toEqual([
      { AWS: "arn:aws:iam::111122223333:root" },
      { Service: "logs.us-east-1.amazonaws.com" },
    ]);
    expect(document.Statement.map(({ Action }) => Action)).toEqual([
      "kms:*",
      expect.not.arrayContaining(["kms:*", "kms:PutKeyPolicy", "kms:CreateGrant"]),
    ]);
  });

  it("B11: a bucket refuses everything without TLS, for itself and its objects", () => {
    expect(tlsOnly(bucket)).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucket, `${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("B11: a queue or a topic refuses what comes without TLS", () => {
    expect(refuseWithoutTls("sqs:*", "arn:aws:sqs:us-east-1:111122223333:lost")).toMatchObject({
      Effect: "Deny",
      Action: "sqs:*",
      Resource: "arn:aws:sqs:us-east-1:111122223333:lost",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it.each([
    ["eu-west-1", "s3.eu-west-1.amazonaws.com"],
    ["cn-north-1", "s3.cn-north-1.amazonaws.com.cn"],
  ] as const)("A10: a key is used through a service of %s alone", (region, service) => {
    expect(viaService(region, "s3")).toEqual({ "kms:ViaService": service });
  });

  it.each<[string, Readonly<Record<string, string>>, boolean]>([
    ["no encryption asked for: the bucket's default", {}, false],
    ["the bucket's key", { [sse]: "aws:kms", [sseKey]: key }, false],
    ["another key", { [sse]: "aws:kms", [sseKey]: "arn:aws:kms:us-east-1:111122223333:key/2" }, true],
    ["KMS without a key, which is AWS's own", { [sse]: "aws:kms" }, true],
    ["S3's own keys", { [sse]: "AES256" }, true],
  ])("B11: an object with %s is refused if not the bucket's key", (_, request, refused) => {
    const { Condition = {}, Effect, Resource, Action } = encryptedOnly(bucket, key);
    expect({ Effect, Resource, Action }).toEqual({ Effect: "Deny", Resource: `${bucket}/*`, Action: "s3:PutObject" });
    expect(holds(Condition, request)).toBe(refused);
  });

  it("the objects of a bucket that only AWS can name are a text with its ARN in it", () => {
    expect(objectsIn({ "Fn::GetAtt": ["Logs", "Arn"] })).toEqual({ "Fn::Sub": `\${Logs.Arn}/*` });
    expect(objectsIn({ "Fn::Sub": `arn:aws:s3:::\${Logs}` })).toEqual({
      "Fn::Sub": [`\${BucketArn}/*`, { BucketArn: { "Fn::Sub": `arn:aws:s3:::\${Logs}` } }],
    });
  });
});
