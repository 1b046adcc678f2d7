import { type DistributionConfig, GetDistributionCommand } from "@aws-sdk/client-cloudfront";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** CloudFront: deployed, TLS 1.2 or newer alone, behind its firewall. */
export function edge(stacks: readonly Stack[], clients: In<"cloudfront">): Promise<Found> {
  const things = told(stacks, /^DistributionId$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a distribution of CloudFront", async ({ stack, value }) => {
    const { Distribution: found } = await clients(stack.region).cloudfront.send(new GetDistributionCommand({ Id: value }));
    const { DistributionDomainName: name, WebAclArn: firewall } = stack.outputs;
    return [
      ...unless(found?.Status === "Deployed", `is ${found?.Status}, not Deployed`),
      ...unless(name === undefined || found?.DomainName === name, `is ${found?.DomainName} in DNS, not ${name}`),
      ...problemsIn(found?.DistributionConfig, firewall),
    ];
  });
}

/** Callers by HTTP are sent to HTTPS or refused. TLSv1.2_2021 and later have no older TLS (CloudFront Developer Guide, "Supported protocols and ciphers"). */
function problemsIn(config: DistributionConfig | undefined, firewall: string | undefined): readonly string[] {
  const behaviours = [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])];
  const oldest = config?.ViewerCertificate?.MinimumProtocolVersion;
  return [
    ...unless(config?.Enabled, "is switched off"),
    ...unless(!behaviours.some((one) => one?.ViewerProtocolPolicy === "allow-all"), "answers by HTTP without TLS"),
    ...unless(oldest !== undefined && /^TLSv1\.[23]_/.test(oldest), `takes ${oldest}`),
    ...unless(firewall === undefined || config?.WebACLId === firewall, "its firewall is not the one that is told"),
  ];
}
