import path from "node:path";
import { expect, test } from "vitest";
import { environmentMapOf, writeMap } from "../../lib/actions/environment-map.ts";
import type { Target } from "../../lib/actions/target.ts";
import { instant } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import type { Answer, Part } from "../../lib/ports/account.ts";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";
import { configOf, targetOf } from "./aws-target.ts";
import { accountThat, look, mapOf } from "./doctor-account.ts";

test("X11: stacks that were deployed from here are asked about, each by its name, and what is gone says how to go on", async () => {
  const target = targetOf();
  const outputs = target.plan.stacks.map(({ name, outputs: all }) => [name, Object.fromEntries(all.map((output) => [output.name, "it"]))]);
  await writeMap(target.folder, environmentMapOf(target.plan, Object.fromEntries(outputs)));
  const [{ name: gone } = { name: "" }] = target.plan.stacks;
  const account = accountThat(async (question) =>
    question.kind === "stack" && question.name === gone ? { is: "to do", because: "there is no stack" } : { is: "done", because: "seen" },
  );
  const { steps: found } = await look(target, async () => account);
  const stacks = found.filter(({ id }) => id.startsWith("stack "));
  expect(stacks.map(({ id }) => id)).toEqual(target.plan.stacks.map(({ name }) => `stack ${name}`));
  expect(stacks.filter(({ is }) => is === "to do")).toMatchObject([
    { id: `stack ${gone}`, because: expect.stringMatching(/^there is no stack; a deploy makes what is gone anew/) },
  ]);
  expect(stacks[0]?.run.at(-1)).toBe("sluice deploy test");
  // What Pulumi deployed is in no stack that AWS knows.
  const { steps: ofPulumi } = await look({ ...target, config: { ...target.config, engine: "pulumi" } }, async () => account);
  expect(ofPulumi.filter(({ id }) => id.startsWith("stack "))).toEqual([]);
  // Its ledger is where it is, whatever deployed it.
  for (const all of [found, ofPulumi])
    expect(all.filter(({ id }) => id.startsWith("ledger "))).toMatchObject([{ id: "ledger it", is: "done" }]);
});

const asksOf = async (target: Target): Promise<readonly (Part & { readonly region: string })[]> => {
  const asked: (Part & { readonly region: string })[] = [];
  const account = accountThat(async (question) => {
    if (question.kind === "part") asked.push(question);
    return { is: "done", because: "seen" };
  });
  await look(
    target,
    async () => account,
    async () => mapOf(target),
  );
  return asked;
};

test("X11 X04: each part that a release acts on is asked about by its name, in its region", async () => {
  const web = "shop-test-euw1-web";
  const of = (...named: readonly (readonly [Part["of"], string])[]) =>
    named.map(([what, name]) => ({ of: what, name: `${name} of ${web}` }));
  const listeners = of(["listener", "ProductionListenerArn"], ["listener", "TestListenerArn"]);
  const groups = of(["target group", "BlueTargetGroupArn"], ["target group", "GreenTargetGroupArn"]);
  const table = { of: "table", name: "LedgerTable of shop-test-euw1-ledger" };
  const [driven, held] = [targetOf(), targetOf(configOf({ delivery: undefined, rollout: { weightHolder: "release" } }))];
  const cluster = "ClusterName of shop-test-euw1-base";
  const sorted = (parts: readonly object[]) => parts.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
  const asked = async (target: Target) =>
    sorted(
      (await asksOf(target)).map(({ region, ...one }) => {
        expect(region).toBe("eu-west-1");
        return { ...one, kind: undefined, account: undefined };
      }),
    );
  expect(await asked(driven)).toEqual(
    sorted(
      [
        table,
        ...listeners,
        ...groups,
        { of: "service", cluster, name: `ServiceName of ${web}` },
        { of: "scaling target", cluster, name: `ServiceName of ${web}` },
        { of: "deployment group", application: `DeployApplication of ${web}`, name: `DeployGroup of ${web}` },
      ].map((one) => ({ ...one, kind: undefined, account: undefined })),
    ),
  );
  expect(await asked(held)).toEqual(
    sorted(
      [
        table,
        ...listeners,
        ...groups,
        ...of(["rule", "SplitRuleArn"]),
        ...["Blue", "Green"].flatMap((slot) =>
          ["service", "scaling target"].map((of) => ({ of, cluster, name: `${slot}ServiceName of ${web}` })),
        ),
      ].map((one) => ({ ...one, kind: undefined, account: undefined })),
    ),
  );
});

/** An environment of an example, whose deploy told by each output whose it is. */
async function exampleTarget(example: string, environment: string, change: (config: Config) => Config = (config) => config) {
  const { config: written } = await loadConfig(path.join(import.meta.dirname, "../../examples", example));
  const config = change(written);
  const plan = buildPlan(config, environment);
  return { target: { ...targetOf(), config, plan }, account: plan.stacks[0]?.account };
}

const byNames = (config: Config): Config => ({ ...config, rollout: { ...config.rollout, weightHolder: "release", router: "dns" } });

/** The parts of a kind that are asked about, each with what is to be done where it is gone. */
async function partsGone(of: Part["of"], { target, account }: Awaited<ReturnType<typeof exampleTarget>>) {
  const gone = accountThat(
    async (question) =>
      question.kind === "part" && question.of === of ? { is: "to do", because: JSON.stringify(question) } : { is: "done", because: "seen" },
    account,
  );
  const { steps: found } = await look(
    target,
    async () => gone,
    async () => mapOf(target),
  );
  return found.filter(({ is }) => is === "to do");
}

test("X11 B02: the fleets of machines are asked about too, and the parameters that their instances look up", async () => {
  const production = await exampleTarget("b-dev-to-production", "production");
  expect((await partsGone("fleet", production)).map(({ id }) => id.split(" ")[1])).toEqual(["BlueFleetName", "GreenFleetName"]);
  const parameters = await partsGone("parameter", production);
  expect(parameters.map(({ id }) => id.split(" ")[1])).toEqual(["BlueReleaseParameter", "GreenReleaseParameter", "DatabaseParameter"]);
  expect(parameters[0]?.what).toContain("of orders-production-use1-shop in us-east-1 is there");
});

test("X10 X11 B07: a parameter of a slot comes back with what the slot runs, which no template says", async () => {
  const { target, account } = await exampleTarget("b-dev-to-production", "production");
  const [web] = target.plan.stacks.filter(({ part }) => part === "shop");
  const names = {
    BlueReleaseParameter: "/orders/production/use1/blue/release",
    DatabaseParameter: "/orders/production/use1/database/address",
  };
  const map = mapOf(target);
  const stacks = map.stacks.map((stack) => (stack.name === web?.name ? { ...stack, outputs: { ...stack.outputs, ...names } } : stack));
  const gone = accountThat(async (question) => ({ is: question.kind === "part" ? "to do" : "done", because: "gone" }), account);
  const { steps: found } = await look(
    target,
    async () => gone,
    async () => ({ ...map, stacks }),
  );
  const run = (name: string) => found.find(({ id }) => id === `parameter ${name} us-east-1`);
  expect(run(names.BlueReleaseParameter)).toMatchObject({
    because: expect.stringMatching(
      /^gone; no instance starts without it; VALUE is the archive that the slot runs.* or none for the slot that rests$/,
    ),
    run: [
      "sluice status production",
      "aws s3 ls --recursive s3://ReleasesBucketName of orders-production-use1-base/released/",
      `aws ssm put-parameter --region us-east-1 --type String --name ${names.BlueReleaseParameter} --value VALUE`,
    ],
  });
  expect(run(names.DatabaseParameter)?.run).toEqual([
    `aws ssm put-parameter --region us-east-1 --type String --name ${names.DatabaseParameter} --value DatabaseAddress of orders-production-use1-data`,
  ]);
});

test("X10 X11 B05: the records that split callers are asked about each, and come back with the weight that people look up", async () => {
  const found = await partsGone("record", await exampleTarget("b-dev-to-production", "production", byNames));
  expect(found.map(({ id }) => id)).toEqual(
    ["blue", "green"].flatMap((slot) => ["A", "AAAA"].map((type) => `record ${type} ${slot} of orders.example.com us-east-1`)),
  );
  const [{ because = "", run = [] } = {}] = found;
  expect(because).toContain('"zone":"ZoneId of orders-production-use1-base","domain":"orders.example.com","type":"A","set":"blue"');
  expect(because).toMatch(/make it by hand, as the plan has it; WEIGHT is 100 for the slot that is live, and 0 for the other$/);
  expect(run).toEqual([
    "sluice status production",
    `aws route53 change-resource-record-sets --hosted-zone-id ZoneId of orders-production-use1-base --change-batch '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"orders.example.com","Type":"A","SetIdentifier":"blue","HealthCheckId":"BlueHealthCheckId of orders-production-use1-dns","Weight":WEIGHT,"AliasTarget":{"DNSName":"BlueBalancerDnsName of orders-production-use1-base","HostedZoneId":"BlueBalancerZoneId of orders-production-use1-base","EvaluateTargetHealth":true}}}]}'`,
  ]);
});

test("X11 A12: the records between which DNS chooses a region are asked about where each region made its own", async () => {
  const { edge: _, ...input } = configOf(
    { delivery: undefined, rollout: { weightHolder: "release" } },
    { domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ", certificate: undefined, regions: ["eu-west-1", "us-west-2"] },
  );
  const target = targetOf(input);
  const found = await partsGone("record", { target, account: "111111111111" });
  expect(found.map(({ id }) => id)).toEqual([
    "record A eu-west-1 of shop.example.com eu-west-1",
    "record A us-west-2 of shop.example.com us-west-2",
  ]);
  expect(found[1]?.run).toEqual([expect.stringContaining('"Failover":"SECONDARY","HealthCheckId":"HealthCheckId of shop-test-usw2-base"')]);
  expect(found[1]?.run[0]).not.toContain("WEIGHT");
});

test.each(["ZoneId", "BlueBalancerDnsName", "BlueBalancerZoneId", "BlueHealthCheckId"])(
  "X11: a record that no deploy can have made yet is nobody's loss: %s is new",
  async (output) => {
    const { target, account } = await exampleTarget("b-dev-to-production", "production", byNames);
    const all = accountThat(async () => ({ is: "done", because: "seen" }), account);
    const map = mapOf(target);
    const stacks = map.stacks.map(({ outputs: { [output]: _, ...outputs }, ...stack }) => ({ ...stack, outputs }));
    const { steps: found } = await look(
      target,
      async () => all,
      async () => ({ ...map, stacks }),
    );
    const records = found.filter(({ id }) => id.startsWith("record "));
    expect(records.filter(({ id }) => id.includes("blue"))).toEqual([]);
    expect(records).toHaveLength(output === "ZoneId" ? 0 : 2);
  },
);

test("X11 E04: a service that exists is asked about in its own cluster, and what scales it is its owner's", async () => {
  const of = "arn:aws:ecs:eu-west-1:111111111111:service/platform/billing";
  const service = { name: of, taskFamily: "billing", executionRole: "arn:aws:iam::111111111111:role/starts" };
  const existing = { service, codeDeploy: { application: "Billing", group: "production" } };
  const asked = await asksOf(targetOf(configOf({ delivery: {} }, { existing, certificate: undefined })));
  const inEcs = asked.filter(({ of }) => of === "service" || of === "scaling target");
  expect(inEcs).toMatchObject([{ of: "service", cluster: "ClusterName of shop-test-euw1-web" }]);
});

test("X10 X11: the function that carries out releases is asked about by its alias", async () => {
  const input = configOf(
    { delivery: undefined, rollout: { weightHolder: "release", host: "lambda", weights: [10, 100] } },
    { domain: "shop.example.com" },
  );
  const found = await partsGone("function", { target: targetOf(input), account: "111111111111" });
  expect(found.map(({ id }) => id)).toEqual(["function ReleaseHostArn of shop-test-euw1-release eu-west-1"]);
  expect(found[0]?.run[0]).toContain("--stack-name shop-test-euw1-release --change-set-name revert-drift");
});

test.each([
  ["cdk", "service", /--deployment-mode REVERT_DRIFT/, "aws cloudformation execute-change-set"],
  ["pulumi", "service", /^pulumi refresh --stack test/, "sluice deploy test"],
  ["cdk", "table", /restore-table-from-backup .*--target-table-name LedgerTable of/, "aws dynamodb update-continuous-backups"],
  ["pulumi", "table", /restore-table-from-backup .*--target-table-name LedgerTable of/, "aws dynamodb update-continuous-backups"],
] as const)("X10 X11: with %s a %s that was deleted by hand is named, with how to go on", async (engine, of, first, last) => {
  const target = targetOf();
  const account = accountThat(async (question) =>
    question.kind === "part" && question.of === of
      ? { is: "to do", because: `there is no ${of} ${question.name} any more` }
      : { is: "done", because: "seen" },
  );
  const { steps: found } = await look(
    { ...target, config: { ...target.config, engine } },
    async () => account,
    async () => mapOf(target),
  );
  const missing = found.filter(({ is }) => is === "to do");
  expect(missing).toHaveLength(1);
  const [{ because = "", run = [] } = {}] = missing;
  expect(because).toMatch(new RegExp(`^there is no ${of} \\w+ of shop-test-euw1-\\w+ any more; `));
  expect(run[0]).toMatch(first);
  expect(run.at(-1)).toContain(last);
  expect(because.includes("weights, numbers of copies")).toBe(of === "service");
});

test.each<[string, Answer]>([
  ["is there", { is: "done", because: "seen" }],
  ["could not be looked at", { is: "refused", action: "ecs:DescribeServices", because: "not today" }],
])("X11: how something comes back is not said of what %s", async (_what, told) => {
  const target = targetOf();
  const { steps: found } = await look(
    target,
    async () => accountThat(async () => told),
    async () => mapOf(target),
  );
  const made = found.filter(({ id }) => /^(stack|table|ledger|service|listener) /.test(id));
  expect(made.length).toBeGreaterThan(6);
  expect(made.flatMap(({ run }) => run)).toEqual([]);
  const because =
    told.is === "refused" ? "arn:aws:sts::111111111111:assumed-role/looks/me may not ecs:DescribeServices; AWS says: not today" : "seen";
  expect(new Set(made.map((one) => one.because))).toEqual(new Set([because]));
});

test.each([
  { of: "since", at: 2_000, is: "kept" },
  { of: "before", at: 500, is: "own" },
])("X11: what a deploy from elsewhere made $of is asked about as $is map says", async ({ at, is }) => {
  const target = targetOf();
  const ledger = (name: string, when: number): EnvironmentMap => ({
    v: 1,
    environment: "test",
    at: instant(when),
    stacks: [{ part: "ledger", name: "ledger", account: "111111111111", region: "eu-west-1", outputs: { LedgerTable: name } }],
  });
  await writeMap(target.folder, ledger("own", 1_000));
  const { steps: found } = await look(
    target,
    async () => accountThat(async () => ({ is: "done", because: "seen" })),
    async () => ledger("kept", at),
  );
  expect(found.filter(({ id }) => id.startsWith("ledger")).map(({ id }) => id)).toEqual([`ledger ${is}`]);
});
