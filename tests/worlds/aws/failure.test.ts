import { describe, expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { duration } from "../../../lib/base/time.ts";
import { againAfter, mayPass } from "../../../lib/release/patience.ts";
import { failureOf } from "../../../lib/worlds/aws/failure.ts";

/** An error as AWS's SDK throws it. */
const fromAws = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: { attempts: 1 } });

const standing = {
  environment: "production",
  of: { Cluster: "shop", Service: "web-blue", TargetGroup: "arn:blue", Rule: "arn:rule", Parameter: "/blue", HostedZone: "Z1" },
};

const told = (error: Error) => {
  const failure = failureOf(error, "look at blue", standing);
  if (failure instanceof UserError) return failure;
  throw failure;
};

describe("what AWS does not know", () => {
  // Names of the models of ECS, ELB, SSM and Route 53.
  it.each([
    ["ClusterNotFoundException", "Cluster not found.", "cluster shop"],
    ["ServiceNotFoundException", "Service not found.", "service web-blue"],
    ["TargetGroupNotFoundException", "One or more target groups not found", "target group arn:blue"],
    ["RuleNotFoundException", "One or more rules not found", "rule arn:rule"],
    ["ParameterNotFound", "", "parameter /blue"],
    ["NoSuchHostedZone", "No hosted zone found with ID: Z1", "hosted zone Z1"],
  ])("B21 X04 a %s names what was deleted and the command that makes it, and nobody waits for it", (name, message, what) => {
    const failure = told(fromAws(name, message));
    expect(failure).toMatchObject({
      code: "world/changed",
      message: expect.stringContaining(`there is no ${what}: `),
      fix: expect.stringContaining("sluice doctor production"),
    });
    expect(mayPass(failure)).toBe(false);
  });

  it.each(["ThrottlingException", "TimeoutError", "ServiceUnavailable", "LoadBalancerNotFound"])(
    "X05 a %s is told in AWS's words, and may pass: it says nothing of what a release acts on",
    (name) => {
      expect(told(fromAws(name, "later"))).toMatchObject({ code: "engine/failed", message: "could not look at blue: later" });
    },
  );
});

describe("what AWS does not allow", () => {
  const role = "arn:aws:sts::111111111111:assumed-role/shop-production-release/x";
  const words = `User: ${role} is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:111111111111:service/shop/web-blue`;

  it.each([
    ["AccessDeniedException", words],
    ["AccessDenied", words],
    ["UnauthorizedOperation", words],
    ["ClientException", words],
  ])("B21 as %s it ends a release at once, and says who lacks which permission and where it comes from", (name, message) => {
    const failure = told(fromAws(name, message));
    expect(failure).toMatchObject({
      code: "engine/forbidden",
      message: `could not look at blue: ${words}`,
      fix: expect.stringMatching(`^let ${role} do ecs:UpdateService, .*sluice deploy .*sluice doctor `),
    });
    expect(() => againAfter(failure, 1, () => {})).toThrow(failure);
  });

  it("B21 a refusal without words is told by its name", () => {
    expect(told(fromAws("AccessDeniedException", ""))).toMatchObject({
      message: "could not look at blue: AccessDeniedException",
      fix: expect.stringContaining("let who asks do that"),
    });
  });

  it("X05 a throttled call is still tried again", () => {
    expect(againAfter(told(fromAws("ThrottlingException", "slow down")), 1, () => {})).toEqual({ is: "failed", in: duration(2_000) });
  });
});
