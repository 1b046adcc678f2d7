import { describe, expect, it } from "vitest";
import { type Asker, asks, delivery, deliveryTo, everything, policyOf, type Step } from "./e/across.ts";
import { artifacts, otherAccount, registry, stages, throughS3, tools, worlds } from "./e/places.ts";
import { type ConcretePolicy, type ConcreteStatement, listOf } from "./evaluate.ts";
import { isOf } from "./resolve.ts";
import { type Call, calls, laxerOf, lessOf } from "./roles.ts";

const accountOf = (arn: string): string => arn.split(":")[4] ?? "";
const show = ({ who, call }: { readonly who: Asker; readonly call: Call }): string => `${who.arn} ${call.action} on ${call.resource}`;

describe.each(stages)("E07: the delivery to $name", (stage) => {
  it("E07: may do every call that it makes across accounts: take on its roles, read and decrypt the artifacts, pull the image", () => {
    const answered = deliveryTo(stage).map((step) => ({ step: show(step), answer: asks(step.who, step.call) }));
    expect(answered.filter(({ answer }) => answer !== "allowed")).toEqual([]);
    expect(answered).toHaveLength(8);
  });

  it("E07: the role that it acts with, which the conductor takes on, is the one whose calls are proven here", () => {
    const [pipeline] = tools.resolved.plan.stacks.flatMap(({ resources }) => resources.filter(isOf("AWS::CodePipeline::Pipeline")));
    const deploy = pipeline?.properties.Stages.flatMap(({ Actions }) => Actions).find(({ Name }) => Name === `Deploy-${stage.name}`);
    expect(deploy?.RoleArn).toBe(stage.role("stage-deploy").arn);
  });
});

const resources = [...new Set(delivery.map(({ call }) => call.resource))];
const stepsOn = (resource: string): readonly Step[] => delivery.filter(({ call }) => call.resource === resource);

/** What a policy lets other accounts do, without the rest of it. */
const forOthers = (resource: string): ConcretePolicy => ({
  Statement: policyOf(resource).Statement.filter((one) => {
    const { Principal } = one;
    const named = Principal === undefined || Principal === "*" ? [] : listOf(Principal.AWS);
    return one.Effect === "Allow" && named.some((arn) => accountOf(arn) !== ownerOf(resource));
  }),
});

/** The statement, each time without one of the accounts or one of the roles that it names. */
function fewer(statement: ConcreteStatement): readonly { readonly without: string; readonly policy: ConcretePolicy }[] {
  const { Principal, Condition } = statement;
  const accounts = Principal === undefined || Principal === "*" ? [] : listOf(Principal.AWS);
  const roles = listOf(Condition?.ArnEquals?.["aws:PrincipalArn"]);
  const changed = (change: Partial<ConcreteStatement>): ConcretePolicy => ({ Statement: [{ ...statement, ...change }] });
  return [
    ...accounts.map((gone) => ({ without: gone, policy: changed({ Principal: { AWS: accounts.filter((one) => one !== gone) } }) })),
    ...roles.map((gone) => ({
      without: gone,
      policy: changed({ Condition: { ArnEquals: { "aws:PrincipalArn": roles.filter((one) => one !== gone) } } }),
    })),
  ];
}

/** Roles that some account lets do everything, at home and wherever they are let in. */
const powerful: readonly Asker[] = [
  ...worlds.flatMap(({ roles }) => roles.map(({ arn }) => arn)),
  ...[...worlds.map(({ account }) => account), otherAccount].map((account) => `arn:aws:iam::${account}:role/administrator`),
  // The very names, of another account.
  ...worlds.flatMap(({ roles, account }) => roles.map(({ arn }) => arn.replace(account, otherAccount))),
].map((arn) => ({ arn, policies: [everything] }));

const isTrust = (resource: string): boolean => resource.includes(":role/");
const ownerOf = (resource: string): string => (resource.startsWith("arn:aws:s3:") ? tools.account : accountOf(resource));

/** Who is not the one that a step is for. In its own account a bucket, key or registry leaves it to the account (d-guards.test.ts). */
const strangersTo = (resource: string): readonly Asker[] => {
  const meant = stepsOn(resource).map(({ who }) => who.arn);
  return powerful.filter(({ arn }) => !meant.includes(arn) && (isTrust(resource) || accountOf(arn) !== ownerOf(resource)));
};

describe.each(resources)("E07: %s", (resource) => {
  it("E07: lets in nobody else of another account, whatever that account allows", () => {
    const steps = stepsOn(resource);
    expect(strangersTo(resource).length).toBeGreaterThan(30);
    const asked = steps.flatMap(({ call }) => strangersTo(resource).map((who) => ({ who, call })));
    expect(asked.filter(({ who, call }) => asks(who, call) === "allowed").map(show)).toEqual([]);
  });

  it("E07: needs each action, account and role that its policy names for other accounts", () => {
    const policy = forOthers(resource);
    expect(policy.Statement).toHaveLength(1);
    const variants = [
      ...lessOf([policy]).map(({ without, policies }) => ({ without, policy: policies[0] ?? everything })),
      ...policy.Statement.flatMap(fewer),
    ];
    expect(variants.length).toBeGreaterThan(2);
    const stillWork = variants.filter(({ policy: less }) =>
      stepsOn(resource).every(({ who, call }) => asks(who, call, less) === "allowed"),
    );
    expect(stillWork.map(({ without }) => without)).toEqual([]);
  });

  it("E07: needs the condition that names the roles: without it somebody else gets in", () => {
    const variants = laxerOf([forOthers(resource)]);
    expect(variants.map(({ without }) => without)).toHaveLength(1);
    for (const { policies } of variants) {
      const admitted = stepsOn(resource).flatMap(({ call }) =>
        strangersTo(resource).filter((who) => asks(who, call, policies[0] ?? everything) === "allowed"),
      );
      expect(admitted.length).toBeGreaterThan(0);
    }
  });

  it("E07: lets those that it is for do nothing else", () => {
    const asked = stepsOn(resource).flatMap(({ who }) =>
      beyond(resource).map((call) => ({ who: { arn: who.arn, policies: [everything] }, call })),
    );
    expect(asked.filter(({ who, call }) => asks(who, call) === "allowed").map(show)).toEqual([]);
  });
});

function beyond(resource: string): readonly Call[] {
  if (isTrust(resource)) return calls(resource, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]);
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

it("E07: what comes without TLS gets no artifact, whoever asks", () => {
  for (const { who, call } of delivery.filter(({ call: { resource } }) => resource.startsWith(artifacts)))
    expect(asks(who, { ...call, context: { "aws:SecureTransport": "false" } })).toBe("denied by a statement");
});

it("E07: the stages' other keys and the home's are nobody's of another account", () => {
  const others = worlds.flatMap(({ keys, account }) => Object.values(keys).map((key) => ({ key, account })));
  const asked = others
    .filter(({ key }) => key !== tools.keyOf("artifacts"))
    .flatMap(({ key, account }) => powerful.filter(({ arn }) => accountOf(arn) !== account).map((who) => ({ who, key })));
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter(({ who, key }) => asks(who, { action: "kms:Decrypt", resource: key }) === "allowed")).toEqual([]);
});

it("E07: no other policy of a resource lets another account in", () => {
  const open = worlds.flatMap(({ account, resolved }) =>
    resolved.plan.stacks.flatMap((stack) =>
      stack.resources.filter(({ properties }) => {
        const text = JSON.stringify(properties);
        return text.includes('"Principal"') && [...text.matchAll(/iam::(\d{12}):root/g)].some(([, one]) => one !== account);
      }),
    ),
  );
  const kinds = open.map(({ type }) => type).sort();
  expect(kinds).toEqual([
    "AWS::ECR::Repository",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::S3::BucketPolicy",
  ]);
});
