import { describe, expect, it } from "vitest";
import type { Value } from "../../lib/aws/value.ts";
import { att, base64, fromStack, type Plan, ref, type Stack, sub } from "../../lib/plan/template.ts";
import { resolve } from "./resolve.ts";

const bucket = { id: "Bucket", block: "Test", type: "AWS::S3::Bucket", properties: { BucketName: "shop-artifacts" } } as const;
const group = { id: "Group", block: "Test", type: "AWS::Logs::LogGroup", properties: { LogGroupName: "/shop/web" } } as const;
const subnet = { id: "Subnet", block: "Test", type: "AWS::EC2::Subnet", properties: { VpcId: "vpc-1" } } as const;

const stack = (part: string, rest: Partial<Stack>): Stack => ({
  name: `shop-${part}`,
  part,
  account: "111122223333",
  region: "eu-west-1",
  resources: [],
  outputs: [],
  protect: false,
  ...rest,
});
const base = stack("base", {
  resources: [bucket, group, subnet],
  outputs: [{ name: "BucketArn", value: att(bucket, "Arn"), description: "" }],
});
const web = stack("web", {});
const plan: Plan = { environment: "test", stacks: [base, web] };

describe("a value of a plan", () => {
  const { text, of, policy } = resolve(plan);

  it("is what Ref and GetAtt return for its type", () => {
    expect(of("base", "Bucket")).toBe("shop-artifacts");
    expect(of("base", "Bucket", "Arn")).toBe("arn:aws:s3:::shop-artifacts");
    expect(of("base", "Group", "Arn")).toBe("arn:aws:logs:eu-west-1:111122223333:log-group:/shop/web:*");
  });

  it.each<[string, Value<string>, string]>([
    ["a text", "plain", "plain"],
    ["Ref", ref(bucket), "shop-artifacts"],
    ["Sub", sub("${Bucket.Arn}/${Bucket}/*"), "arn:aws:s3:::shop-artifacts/shop-artifacts/*"],
    ["Sub with names of its own", sub("${Name}-${Bucket}", { Name: ref(group) }), "/shop/web-shop-artifacts"],
    ["Base64", base64("a"), "YQ=="],
  ])("%s", (_, value, wanted) => {
    expect(text(base, value)).toBe(wanted);
  });

  it("is read from the outputs of other stacks", () => {
    expect(text(web, fromStack(base, "BucketArn"))).toBe("arn:aws:s3:::shop-artifacts");
    expect(text(web, sub("${B}/*", { B: fromStack(base, "BucketArn") }))).toBe("arn:aws:s3:::shop-artifacts/*");
  });

  it("is never guessed", () => {
    expect(() => text(web, fromStack(base, "Other"))).toThrow("shop-web wants Other of shop-base");
    expect(() => text(web, fromStack({ name: "shop-base", region: "us-east-1" }, "BucketArn"))).toThrow("us-east-1");
    expect(() => of("base", "Nothing")).toThrow("shop-base has no resource Nothing");
    expect(() => of("base", "Subnet")).toThrow("what Ref of a AWS::EC2::Subnet (Subnet) returns is not in the table");
  });

  it("stands in policies wherever AWS fills one in", () => {
    const document = {
      Version: "2012-10-17" as const,
      Statement: [
        {
          Effect: "Allow" as const,
          Principal: { AWS: att(bucket, "Arn") },
          Action: "s3:GetObject",
          Resource: [ref(bucket)],
          Condition: { StringEquals: { "aws:x": ref(group) } },
        },
      ],
    };
    expect(policy(base, document).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:s3:::shop-artifacts"] },
        Action: "s3:GetObject",
        Resource: ["shop-artifacts"],
        Condition: { StringEquals: { "aws:x": ["/shop/web"] } },
      },
    ]);
    expect(policy(base, undefined)).toEqual({ Statement: [] });
  });
});
