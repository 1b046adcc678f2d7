import { describe, expect, it } from "vitest";
import { accountOf, asks } from "./across.ts";
import { delivery, deliveryTo } from "./e/across.ts";
import { artifacts, otherAccount, registry, stages, throughS3, tools, worlds } from "./e/places.ts";
import { opened, powerful, proveAcross } from "./prove-across.ts";
import { isOf } from "./resolve.ts";
import { type Call, calls } from "./roles.ts";

proveAcross({
  row: "E07",
  worlds,
  otherAccount,
  steps: delivery,
  ownerOf: (resource) => (resource.startsWith("arn:aws:s3:") ? tools.account : accountOf(resource)),
  beyond,
});

function beyond(resource: string): readonly Call[] {
  if (resource.includes(":role/")) return calls(resource, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]);
  if (resource === registry)
    return calls(registry, ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy"]);
  if (resource.startsWith(artifacts))
    return calls(resource, ["s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:DeleteObjectVersion"]);
  return calls(
    resource,
    ["kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
    throughS3,
  );
}

describe.each(stages)("E07: the delivery to $name", (stage) => {
  it("E07: takes on its roles, reads and decrypts the artifacts, and pulls the image", () => {
    expect(deliveryTo(stage)).toHaveLength(8);
  });

  it("E07: the role that it acts with, which the conductor takes on, is the one whose calls are proven here", () => {
    const [pipeline] = tools.resolved.plan.stacks.flatMap(({ resources }) => resources.filter(isOf("AWS::CodePipeline::Pipeline")));
    const deploy = pipeline?.properties.Stages.flatMap(({ Actions }) => Actions).find(({ Name }) => Name === `Deploy-${stage.name}`);
    expect(deploy?.RoleArn).toBe(stage.role("stage-deploy").arn);
  });
});

it("E07: what comes without TLS gets no artifact, whoever asks", () => {
  for (const { who, call } of delivery.filter(({ call: { resource } }) => resource.startsWith(artifacts)))
    expect(asks(worlds, who, { ...call, context: { "aws:SecureTransport": "false" } })).toBe("denied by a statement");
});

it("E07: the stages' other keys and the home's are nobody's of another account", () => {
  const others = worlds.flatMap(({ keys, account }) => Object.values(keys).map((key) => ({ key, account })));
  const asked = others
    .filter(({ key }) => key !== tools.keyOf("artifacts"))
    .flatMap(({ key, account }) =>
      powerful({ worlds, otherAccount })
        .filter(({ arn }) => accountOf(arn) !== account)
        .map((who) => ({ who, key })),
    );
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter(({ who, key }) => asks(worlds, who, { action: "kms:Decrypt", resource: key }) === "allowed")).toEqual([]);
});

it("E07: no other policy of a resource lets another account in", () => {
  expect(opened(worlds)).toEqual([
    "AWS::ECR::Repository",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::S3::BucketPolicy",
  ]);
});
