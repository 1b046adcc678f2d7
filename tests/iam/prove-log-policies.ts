import { expect, it } from "vitest";
import { everything } from "./across.ts";
import type { Context } from "./conditions.ts";
import { type Caller, evaluate } from "./evaluate.ts";
import { isOf } from "./resolve.ts";
import type { World } from "./world.ts";

const as = (service: string): Caller => ({ service: `${service}.amazonaws.com` });

// Amazon EventBridge User Guide, "Using resource-based policies for Amazon EventBridge": CloudWatch Logs permissions.
export function proveEventLogs({ resolved, stream }: World, kept: readonly string[], others: readonly string[]): void {
  it("C07, D05: events of the pipeline are written to their logs and to no other", () => {
    const policies = resolved.plan.stacks.flatMap((stack) =>
      stack.resources.filter(isOf("AWS::Logs::ResourcePolicy")).map(({ properties }) => resolved.policy(stack, properties.PolicyDocument)),
    );
    expect(policies).toHaveLength(1);
    const write = (service: string, group: string, action = "logs:PutLogEvents") =>
      evaluate({ caller: as(service), action, resource: stream(group) }, { resource: policies[0] ?? everything });
    for (const group of kept) {
      for (const service of ["events", "delivery.logs"])
        for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) expect(write(service, group, action), group).toBe("allowed");
      for (const action of ["logs:GetLogEvents", "logs:DeleteLogStream"]) expect(write("events", group, action)).toBe("not allowed");
      expect(write("s3", group)).toBe("not allowed");
    }
    for (const group of others) expect(write("events", group), group).toBe("not allowed");
  });
}

// Amazon CloudWatch Logs User Guide, "Enable logging from AWS services": V1 and V2 permissions to send to CloudWatch Logs.
export function proveDeliveredLogs(
  { resolved, at, account, region }: World,
  otherAccount: string,
  rows: string,
  groups: readonly string[],
) {
  it(`${rows}: what AWS hands over is written to its logs by the delivery of this account, and to no other log and by nobody else`, () => {
    const [policy] = resolved.plan.stacks
      .filter((stack) => stack.region === region)
      .flatMap((stack) =>
        stack.resources
          .filter(isOf("AWS::Logs::ResourcePolicy"))
          .map(({ properties }) => resolved.policy(stack, properties.PolicyDocument)),
      );
    const of = (source: string) => ({ "aws:SourceAccount": source, "aws:SourceArn": `arn:aws:logs:us-east-1:${source}:any` });
    const write = (action: string, group: string, context: Context = of(account), service = "delivery.logs") =>
      evaluate(
        { caller: as(service), action, resource: at("logs", `log-group:${group}:log-stream:one`), context },
        policy ? { resource: policy } : {},
      );
    for (const group of groups) {
      for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) expect(write(action, group), group).toBe("allowed");
      expect(write("logs:GetLogEvents", group)).toBe("not allowed");
      const { "aws:SourceArn": source } = of(account);
      const mixed = [{ "aws:SourceArn": source }, { "aws:SourceAccount": otherAccount, "aws:SourceArn": source }];
      for (const context of [{}, of(otherAccount), { "aws:SourceAccount": account }, ...mixed])
        expect(write("logs:PutLogEvents", group, context)).toBe("not allowed");
      for (const service of ["events", "wafv2"]) expect(write("logs:PutLogEvents", group, of(account), service)).toBe("not allowed");
      expect(write("logs:PutLogEvents", `${group}-other`)).toBe("not allowed");
    }
    expect(write("logs:PutLogEvents", "aws-waf-logs-other")).toBe("not allowed");
  });
}
