import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeListenersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cdkEngine } from "../../../lib/engines/cdk/deploy.ts";
import type { Plan, Stack } from "../../../lib/plan/template.ts";
import type { Outputs, Progress } from "../../../lib/ports/engine.ts";
import { emulator, whyNo } from "../../worlds/aws/emulator.ts";
import { processEnvironment } from "../../worlds/aws/process-environment.ts";
import { signedOut } from "../../worlds/aws/stand-in.ts";
import { staging, whatItTakes } from "./part-of-a-plan.ts";
import "./scratch.ts";

const [{ account, region } = { account: "", region: "" }] = staging.stacks;
const all = staging.stacks.flatMap(({ resources }) => resources).length;

/** What an account has where CDK was set up. */
async function bootstrap(): Promise<void> {
  await new SSMClient({ region }).send(new PutParameterCommand({ Name: "/cdk-bootstrap/hnb659fds/version", Value: "30", Type: "String" }));
  const assets = `cdk-hnb659fds-assets-${account}-${region}`;
  await new S3Client({ region, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: assets }));
}

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
    await bootstrap();
    const told: Progress[] = [];
    const engine = cdkEngine((progress) => told.push(progress));
    const parts: Stack[] = [];
    const leftOut: string[] = [];
    let outputs: Outputs = {};
    // One after the other, since it does not know what one stack reads of another.
    for (const stack of staging.stacks) {
      const taken = whatItTakes(stack, outputs);
      outputs = { ...outputs, ...(await engine.apply({ ...staging, stacks: [taken.part] })) };
      parts.push(taken.part);
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
    await engine.apply(whole);
    expect(told.filter(({ type }) => type === "stack").map((one) => "is" in one && one.is)).not.toContain("done");

    await engine.destroy(whole);
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
