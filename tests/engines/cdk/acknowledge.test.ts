import { readFileSync } from "node:fs";
import path from "node:path";
import { Stack } from "aws-cdk-lib";
import { CfnSubnet } from "aws-cdk-lib/aws-ec2";
import { CfnDBInstance } from "aws-cdk-lib/aws-rds";
import { expect, it } from "vitest";
import { configOf } from "../../../lib/config/check.ts";
import { renderApp } from "../../../lib/engines/cdk/render.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import "./scratch.ts";

const account = "111122223333";

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

it("D09 B10 CDK's own validation warns of nothing in a plan, whose zones and release of MySQL are meant, and still of what others add", () => {
  const config = configOf({
    project: "shop",
    services: { web: { compute: { kind: "ecs" } } },
    database: { engine: "mysql", version: "8.4" },
    environments: { prod: { account, regions: ["eu-west-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" } },
  });
  const plan = buildPlan(config, "prod");
  const app = renderApp({ ...plan, stacks: plan.stacks.filter(({ part }) => part === "base" || part === "data") });
  const foreign = new Stack(app, "Foreign", { env: { account, region: "eu-west-1" } });
  new CfnSubnet(foreign, "Subnet", { vpcId: "vpc-0a1b2c3d", cidrBlock: "10.9.0.0/24", availabilityZone: "eu-west-1a" });
  new CfnDBInstance(foreign, "Database", {
    engine: "mysql",
    engineVersion: "8.4",
    dbInstanceClass: "db.m6g.large",
    allocatedStorage: "20",
  });
  app.synth();
  const report: Report = JSON.parse(readFileSync(path.join(app.outdir, "validation-report.json"), "utf8"));
  const found = report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`));
  expect(found.filter((one) => !one.includes(" Foreign/"))).toEqual([]);
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/Foreign\/Subnet/), expect.stringMatching(/Foreign\/Database/)]));
});
