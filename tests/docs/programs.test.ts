import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { runHost } from "../engines/pulumi/language-host.ts";

/** The programs of docs/for-pulumi-users.md as they stand beside this file, where TypeScript checks them with everything else. */
const names = ["sluice.config", "embed", "extend"] as const;

it("B17 the programs of the documentation are these files, of the package in place of this repository", () => {
  const text = readFileSync(path.join(import.meta.dirname, "../../docs/for-pulumi-users.md"), "utf8");
  const blocks = [...text.matchAll(/```ts\n\/\/ [\w.]+\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const files = names.map((name) => readFileSync(path.join(import.meta.dirname, `${name}.ts`), "utf8"));
  const ofPackage = (file: string) =>
    file.replace('"../../lib/tap-stack.ts"', '"sluice/tap-stack"').replace('"../../lib/config/define.ts"', '"sluice"');
  expect(blocks).toEqual(files.map(ofPackage));
});

it("B17 they run: what is the program's own goes in, what is made comes out, and is changed on the way", { timeout: 120_000 }, async () => {
  const run = (name: string) => runHost({ program: `tests/docs/${name}.ts`, project: "theirs", stack: "production" });
  const [embed, extend] = await Promise.all([run("embed"), run("extend")]);
  expect([embed, extend].map(({ exit, log }) => [exit, log])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  const { resources } = extend.graph;
  const ofType = (type: string) => resources.filter((one) => one.type === type);
  const kept = ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs.retentionInDays);
  expect([...new Set(kept)]).toEqual([400]);
  const topic = resources.findIndex(({ type }) => type === "aws:sns/topic:Topic");
  const own = ofType("aws:cloudwatch/metricAlarm:MetricAlarm").find(({ name }) => name === "jobs-wait");
  expect(own?.inputs.alarmActions).toEqual([`⟦${topic}.arn⟧`]);
  const vpc = resources.findIndex(({ type }) => type === "aws:ec2/vpc:Vpc");
  const networks = new Set(ofType("aws:ec2/securityGroup:SecurityGroup").map(({ inputs }) => inputs.vpcId));
  expect([...networks]).toEqual([`⟦${vpc}.id⟧`]);
});
