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
      fix: expect.stringMatching(`^let ${role} do ecs:UpdateService, .*sluice deploy production, .*sluice doctor production$`),
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

describe("credentials that AWS does not take", () => {
  // The names of the Query, JSON and REST protocols, and those of EC2 and S3.
  it.each([
    ["ExpiredToken", "The security token included in the request is expired"],
    ["ExpiredTokenException", "The security token included in the request is expired"],
    ["InvalidClientTokenId", "The security token included in the request is invalid."],
    ["UnrecognizedClientException", "The security token included in the request is invalid."],
    ["SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."],
    ["InvalidSignatureException", "The request signature we calculated does not match the signature you provided."],
    ["AuthFailure", "AWS was not able to validate the provided access credentials"],
    ["InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
    ["InvalidToken", "The provided token is malformed or otherwise invalid."],
  ])("X04 A12 as %s are told as such, with how to get others, and are waited for on the way back alone", (name, message) => {
    const failure = told(fromAws(name, message));
    expect(failure).toMatchObject({ code: "engine/no-credentials", details: [message] });
    expect(failure.fix).toMatch(/^sign in with: aws sso login, .*_KEY$/);
    expect(() => againAfter(failure, 1, () => {})).toThrow(failure);
    expect(againAfter(failure, 1, () => {}, "going back")).toMatchObject({ is: "failed" });
  });

  it("X04 A12 what EC2 says of credentials that have ended and of a request from another time alike is told as both", () => {
    const failure = told(fromAws("RequestExpired", "Request has expired."));
    expect(failure.code).toBe("engine/no-credentials");
    expect(failure.fix).toMatch(/^sign in with: aws sso login, .*; where these have not ended, .* clock .*: timedatectl set-ntp true; /);
  });
});

it.each([
  ["RequestTimeTooSkewed", "The difference between the request time and the server's time is too large."],
  ["InvalidSignatureException", "Signature expired: 20260102T030405Z is now earlier than 20260102T033905Z (20260102T034405Z - 5 min.)"],
  ["SignatureDoesNotMatch", "Signature not yet current: 20260102T034405Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)"],
])(
  "X04 a clock that AWS finds wrong, as %s, is no matter of credentials: it has to be set, which is waited for on the way back",
  (name, message) => {
    const failure = told(fromAws(name, message));
    expect(failure).toMatchObject({ code: "world/clock", message: expect.stringContaining("could not look at blue"), details: [message] });
    expect(failure.fix).toContain("timedatectl set-ntp true");
    expect(() => againAfter(failure, 1, () => {})).toThrow(failure);
    expect(againAfter(failure, 1, () => {}, "going back")).toMatchObject({ is: "failed" });
  },
);
