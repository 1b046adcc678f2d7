import { CloudFrontClient, type Distribution, type DistributionConfig, GetDistributionCommand } from "@aws-sdk/client-cloudfront";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { edge } from "./edge.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const config: DistributionConfig = {
  CallerReference: "1",
  Comment: "",
  Enabled: true,
  Origins: { Quantity: 0, Items: [] },
  DefaultCacheBehavior: { TargetOriginId: "app", ViewerProtocolPolicy: "redirect-to-https" },
  CacheBehaviors: { Quantity: 1, Items: [{ PathPattern: "/assets/*", TargetOriginId: "files", ViewerProtocolPolicy: "https-only" }] },
  ViewerCertificate: { MinimumProtocolVersion: "TLSv1.2_2021" },
  WebACLId: "arn:firewall",
};

const ask = (changes: Partial<DistributionConfig>, found: Partial<Distribution> = {}) =>
  edge([stack({ DistributionId: "E1", DistributionDomainName: "d1.cloudfront.net", WebAclArn: "arn:firewall" }, "edge")], () => ({
    cloudfront: faked(
      new CloudFrontClient(options),
      on(GetDistributionCommand, () => ({
        Distribution: {
          Id: "E1",
          ARN: "arn",
          Status: "Deployed",
          LastModifiedTime: new Date(0),
          InProgressInvalidationBatches: 0,
          DomainName: "d1.cloudfront.net",
          DistributionConfig: { ...config, ...changes },
          ...found,
        },
      })),
    ),
  }));

describe("A15 B22 CloudFront", () => {
  it("is fine when it is deployed, by TLS alone, behind the firewall that is told", async () => {
    expect(await ask({})).toEqual(fine);
  });

  it.each<[string, Partial<DistributionConfig>, string]>([
    ["one that is switched off", { Enabled: false }, "is switched off"],
    [
      "a path that answers by HTTP",
      { CacheBehaviors: { Quantity: 1, Items: [{ PathPattern: "/a", TargetOriginId: "files", ViewerProtocolPolicy: "allow-all" }] } },
      "answers by HTTP without TLS",
    ],
    ["old TLS", { ViewerCertificate: { MinimumProtocolVersion: "TLSv1.1_2016" } }, "takes TLSv1.1_2016"],
    ["no firewall", { WebACLId: "" }, "its firewall is not the one that is told"],
  ])("reports %s", async (_, changes, problem) => {
    expect(await ask(changes)).toEqual(wrong(`orders-production-use1-edge E1: ${problem}`));
  });

  it("reports one that is on its way, and one under another name", async () => {
    expect(await ask({}, { Status: "InProgress", DomainName: "d2.cloudfront.net" })).toEqual(
      wrong(
        "orders-production-use1-edge E1: is InProgress, not Deployed",
        "orders-production-use1-edge E1: is d2.cloudfront.net in DNS, not d1.cloudfront.net",
      ),
    );
  });
});
