import { expect, it } from "vitest";
import { templateOf } from "../../lib/plan/as-template.ts";
import { type Finding, settle } from "../acknowledged.ts";
import { diagnosticsOf, ruleCount } from "./cloudformation.ts";
import { systems } from "./systems.ts";

const judge = "cloudformation-validate";

const found: readonly (Finding & { readonly said: string })[] = systems.flatMap(({ name, plan }) =>
  plan.stacks.flatMap((stack) =>
    diagnosticsOf(templateOf(stack), stack.name).map(({ ruleId, message, entity }) => ({
      judge,
      rule: ruleId,
      resource: `${stack.part}/${entity?.logicalId ?? ""}`,
      said: `${name}: ${message}`,
    })),
  ),
);

it("AWS's own validator finds nothing wrong in any stack of any example but what is acknowledged", () => {
  expect(ruleCount).toBeGreaterThan(300);
  expect(systems.length).toBeGreaterThan(0);
  expect(settle(judge, found).open).toEqual([]);
});

it("nothing is acknowledged that AWS's own validator does not find", () => {
  expect(settle(judge, found).idle).toEqual([]);
});

it("AWS's own validator reports a property, a value, a type and a reference that do not exist", () => {
  const broken = {
    Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketNam: "x", VersioningConfiguration: { Status: "On" } } },
    Nothing: { Type: "AWS::S3::Buckets", Properties: {} },
    Function: { Type: "AWS::Lambda::Function", Properties: { Role: { "Fn::GetAtt": ["Nobody", "Arn"] }, Code: { ZipFile: "x" } } },
  };
  const said = diagnosticsOf({ Resources: broken }, "broken").map(({ ruleId, entity }) => `${ruleId} ${entity?.logicalId}`);
  expect(said).toEqual(expect.arrayContaining(["F3002 Bucket", "W3030 Bucket", "F3006 Nothing", "F1020 Function"]));
});
