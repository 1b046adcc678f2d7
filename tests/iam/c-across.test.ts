import { describe, expect, it } from "vitest";
import { externalIdOf } from "../../lib/plan/blocks/deployer.ts";
import { homeOf as homeSiteOf } from "../../lib/plan/settings.ts";
import { accountOf, asks, steps } from "./across.ts";
import { config, deployBuildOf, homeOf, otherAccount, registry, releaseBuildOf, stages, tools, toolsIn, worlds } from "./c/places.ts";
import { opened, powerful, proveAcross } from "./prove-across.ts";
import { type Call, calls } from "./roles.ts";
import { known, type World } from "./world.ts";

const pulls = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const externalId = known(
  stages.map(({ name }) => homeSiteOf(config, name)).find((home) => home !== undefined),
  "home",
);

/** The build of a stage takes on the role there, and the tasks pull the image from the home. */
const deliveryTo = (stage: World) => {
  const build = known(
    tools.roles.find(({ arn }) => arn === deployBuildOf(stage)),
    "build",
  );
  const releases = known(
    tools.roles.find(({ arn }) => arn === releaseBuildOf(stage)),
    "build",
  );
  const said = { "sts:ExternalId": externalIdOf(externalId) };
  return [
    ...steps(build, calls(stage.roleArn("stage-deploy"), ["sts:AssumeRole"], said)),
    ...steps(stage.role("web-execution"), calls(registry, pulls)),
    ...steps(releases, calls(stage.roleArn("stage-release"), ["sts:AssumeRole"], said)),
    ...steps(stage.role("stage-release"), calls(registry, ["ecr:DescribeImages"])),
  ];
};

proveAcross({ row: "C10", worlds, otherAccount, steps: stages.flatMap(deliveryTo), ownerOf: accountOf, beyond });

function beyond(resource: string): readonly Call[] {
  if (resource === registry)
    return calls(registry, ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy"]);
  return calls(resource, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]);
}

describe.each(stages)("C10: the role that deploys $name", (stage) => {
  it("C10: is taken on in the region of the stage, by the build that has its store there", () => {
    expect(homeOf(stage).region).toBe(stage.region);
    expect(deliveryTo(stage)[0]?.who.arn).toContain(`deploy-${stage.name}`);
  });
});

it("C10: no key and no artifact of the home is anybody's of another account, nor a stage's of the home", () => {
  const all = [...Object.values(toolsIn), ...stages];
  const asked = all.flatMap(({ keys, account, bucket }) =>
    powerful({ worlds, otherAccount })
      .filter(({ arn }) => accountOf(arn) !== account)
      .flatMap((who) => [
        ...Object.values(keys).map((key) => ({ who, call: { action: "kms:Decrypt", resource: key } })),
        { who, call: { action: "s3:GetObject", resource: `${bucket("logs")}/a` } },
      ]),
  );
  expect(asked.length).toBeGreaterThan(1000);
  expect(asked.filter(({ who, call }) => asks(all, who, call) === "allowed")).toEqual([]);
});

it("C10: no other policy of a resource lets another account in", () => {
  expect(opened(worlds)).toEqual(["AWS::ECR::Repository", ...stages.flatMap(() => ["AWS::IAM::Role", "AWS::IAM::Role"])]);
});
