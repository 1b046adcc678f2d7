import { readFileSync } from "node:fs";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeListenersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AwsTold } from "../../../lib/actions/aws-events.ts";
import { deploy } from "../../../lib/actions/deploy.ts";
import { plannedLedger } from "../../../lib/actions/kept-map.ts";
import { lockReleases, withTable } from "../../../lib/actions/ledger-of.ts";
import { loadSecrets } from "../../../lib/actions/secret.ts";
import { cdkEngine } from "../../../lib/engines/cdk/deploy.ts";
import type { Plan, Stack } from "../../../lib/plan/template.ts";
import type { Outputs } from "../../../lib/ports/engine.ts";
import type { EnvironmentMap } from "../../../lib/ports/environment-map.ts";
import { isDeploy } from "../../../lib/release/state.ts";
import { unrestored } from "../../actions/aws-target.ts";
import { emulator, whyNo } from "../../worlds/aws/emulator.ts";
import { processEnvironment } from "../../worlds/aws/process-environment.ts";
import { signedOut } from "../../worlds/aws/stand-in.ts";
import { bootstrap } from "./bootstrap.ts";
import { config, staging, whatItTakes } from "./part-of-a-plan.ts";
import "./scratch.ts";

const [{ account, region } = { account: "", region: "" }] = staging.stacks;
const all = staging.stacks.flatMap(({ resources }) => resources).length;

/** What `sluice deploy` does with a part of the plan, with its lock in the ledger that the first of them made. */
const deployed = (folder: string, plan: Plan, tell: (told: AwsTold) => void) =>
  deploy(
    { folder, config, plan, only: {} },
    { engine: cdkEngine, secrets: loadSecrets, lock: lockReleases, restores: unrestored, agree: undefined, tell },
  );

const tagged = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []) =>
  Object.fromEntries(tags.map(({ Key = "", Value }) => [Key, Value]));

const skip = whyNo("ministack");
describe.skipIf(skip !== undefined)(`system D in an emulator's CloudFormation${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>>;
  beforeAll(async () => {
    server = await emulator("ministack");
  }, 90_000);
  afterAll(() => server.close());
  const signIn = processEnvironment();

  it("X04 D01 D02 the largest part that it takes is deployed, reads back as planned, stays as it is, and is destroyed", async () => {
    const folder = process.env.TMPDIR ?? "";
    signIn({ ...signedOut, AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: server.url, CDK_HOME: folder });
    await bootstrap(account, region);
    for (const Name of ["/shop/docker-hub/username", "/shop/docker-hub/token"])
      await new SSMClient({ region }).send(new PutParameterCommand({ Name, Value: "hunter2", Type: "SecureString" }));
    const told: AwsTold[] = [];
    const tell = (one: AwsTold) => told.push(one);
    const parts: Stack[] = [];
    const leftOut: string[] = [];
    let outputs: Outputs = {};
    // One after the other, since it does not know what one stack reads of another.
    for (const stack of staging.stacks) {
      const taken = whatItTakes(stack, outputs);
      parts.push(taken.part);
      const stacks = parts.filter(({ part }) => part === "ledger" || part === stack.part);
      const { map } = await deployed(folder, { ...staging, stacks }, tell);
      const { stacks: mapped }: EnvironmentMap = JSON.parse(readFileSync(map, "utf8"));
      outputs = { ...outputs, ...Object.fromEntries(mapped.map((one) => [one.name, one.outputs])) };
      leftOut.push(...taken.leftOut);
    }
    console.log(`left out of ${all} resources: ${leftOut.join(", ")}`);
    const made = told.flatMap((one) => (one.type === "resource" && one.does === "create" && one.is === "done" ? [one.id] : []));
    expect(made.sort()).toEqual(parts.flatMap(({ resources }) => resources.map(({ id }) => id)).sort());
    expect(made.length + leftOut.length).toBe(all);
    expect(leftOut.length).toBeLessThan(all / 2);
    await readsBack(parts, outputs);

    told.length = 0;
    const whole: Plan = { ...staging, stacks: parts };
    expect(await deployed(folder, whole, tell)).toMatchObject({ outcome: "unchanged" });
    expect(told.filter(({ type }) => type === "stack").map((one) => "is" in one && one.is)).not.toContain("done");
    const ledger = plannedLedger(whole);
    const held = ledger && (await withTable(ledger, (one) => one.read())).map(({ kind, release }) => kind === "held" && isDeploy(release));
    // Each took the lock and let it go, but for the first, which made the ledger.
    expect(held).toEqual(Array.from({ length: 2 * parts.length }, () => true));

    await cdkEngine(() => {}).destroy(whole);
    const networks = await new EC2Client({ region }).send(new DescribeVpcsCommand({}));
    expect(networks.Vpcs?.map(({ Tags }) => tagged(Tags).Project)).not.toContain("shop");
  }, 180_000);

  async function readsBack(parts: readonly Stack[], outputs: Outputs): Promise<void> {
    const told = (part: string, output: string) => outputs[parts.find((one) => one.part === part)?.name ?? ""]?.[output] ?? "";
    const planned = (type: string) =>
      parts.flatMap(({ resources }) => resources.filter((one) => one.type === type).map(({ properties }) => properties));
    const [ec2, ecs, elb] = [new EC2Client({ region }), new ECSClient({ region }), new ElasticLoadBalancingV2Client({ region })];

    const { Table } = await new DynamoDBClient({ region }).send(new DescribeTableCommand({ TableName: told("ledger", "LedgerTable") }));
    const keys = Table?.KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]);
    expect(keys).toEqual([
      ["environment", "HASH"],
      ["position", "RANGE"],
    ]);

    const here = [{ Name: "vpc-id", Values: [told("base", "VpcId")] }];
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: here }));
    const cidrs = planned("AWS::EC2::Subnet").map((one) => "CidrBlock" in one && one.CidrBlock);
    expect(Subnets.map(({ CidrBlock }) => CidrBlock).sort()).toEqual(cidrs.sort());

    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: told("base", "BalancerArn") }));
    expect(Listeners.map(({ Protocol }) => Protocol)).toEqual(["HTTPS", "HTTPS"]);
    const service = { cluster: told("base", "ClusterName"), services: [told("web", "ServiceName")] };
    const { services: [one] = [] } = await ecs.send(new DescribeServicesCommand(service));
    expect(one).toMatchObject({
      loadBalancers: [{ targetGroupArn: told("web", "BlueTargetGroupArn") }],
    });
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: one?.taskDefinition }));
    expect(taskDefinition?.containerDefinitions?.[0]?.image).toBe(`${told("base", "RegistryUri")}:seed`);

    const { repositories: [registry] = [] } = await new ECRClient({ region }).send(new DescribeRepositoriesCommand({}));
    expect(registry).toMatchObject({ imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageScanningConfiguration: { scanOnPush: true } });
  }
});
