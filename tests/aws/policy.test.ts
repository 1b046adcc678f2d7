import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketArn, parseArn } from "../../lib/aws/arns.ts";
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
import { dnsSuffix, partitionOf, regions } from "../../lib/aws/regions.ts";

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

describe("any statement", () => {
  const one = fc.oneof(
    fc.constantFrom("*", topic, bucket, `${bucket}/*`, "arn:aws:s3:::*"),
    fc.string({ maxLength: 20 }),
    fc.record({ Ref: fc.stringMatching(/^[A-Za-z0-9]{1,9}$/) }),
  );
  const resources = fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 4 }));
  const actions = fc.oneof(
    fc.constantFrom("s3:GetObject", "sns:Publish"),
    fc.array(fc.constantFrom("s3:GetObject", "s3:*"), { minLength: 1 }),
  );
  const conditions = fc.option(fc.constant<Conditions>({ StringEquals: { "aws:SourceAccount": "111122223333" } }), { nil: undefined });
  const sid = fc.option(fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), { nil: undefined });

  it("C04 B14: is refused where it is about everything, and else says exactly what it was given", () => {
    fc.assert(
      fc.property(fc.constantFrom(allow, deny), sid, actions, resources, conditions, (make, id, Action, Resource, Condition) => {
        const given = { actions: Action, resources: Resource, ...(id && { sid: id }), ...(Condition && { conditions: Condition }) };
        if ([Resource].flat().includes("*")) {
          expect(() => make(given)).toThrow("needs a reason");
          return;
        }
        const Effect = make === allow ? "Allow" : "Deny";
        expect(JSON.parse(JSON.stringify(policy(make(given))))).toEqual({
          Version: "2012-10-17",
          Statement: [{ ...(id && { Sid: id }), Effect, Action, Resource, ...(Condition && { Condition }) }],
        });
      }),
      { numRuns: 1000 },
    );
  });

  it("C04: about everything has a Sid that is a sentence of three words or more, whatever was given as one", () => {
    const because = fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^([A-Z][a-z0-9]{0,5}){0,6}$/));
    fc.assert(
      fc.property(because, actions, (reason, Action) => {
        const words = reason.match(/[A-Z]/g)?.length ?? 0;
        const isSentence = /^[A-Za-z0-9]+$/.test(reason) && /^[A-Z]/.test(reason) && words >= 3;
        const made = () => allow({ actions: Action, resources: anyResource(reason) });
        if (isSentence) expect(made()).toEqual({ Sid: reason, Effect: "Allow", Action, Resource: "*" });
        else expect(made).toThrow("no reason");
      }),
      { numRuns: 1000 },
    );
  });

  it("A06: is about its own partition, in every region: buckets, their objects and the services that use a key", () => {
    for (const region of regions) {
      const arn = bucketArn(region, "artifacts");
      const [itself, objects] = [tlsOnly(arn).Resource].flat();
      for (const text of [itself, objects, encryptedOnly(arn, key).Resource]) {
        const parsed = parseArn(String(text));
        expect("arn" in parsed && parsed.arn).toMatchObject({ partition: partitionOf(region), service: "s3", region: "", account: "" });
      }
      expect(viaService(region, "rds")["kms:ViaService"]).toBe(`rds.${region}.${dnsSuffix(region)}`);
    }
  });
});
