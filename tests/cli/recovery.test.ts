import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";
import { type Child, startSluice } from "../rehearse/sluice.ts";
import { credentials } from "../worlds/aws/credentials.ts";
import { emulator, whyNo } from "../worlds/aws/emulator.ts";
import { config } from "../worlds/aws/environment.ts";
import { both, databaseIn, here, imageIn, mapOf, registryIn, replicaIn, there } from "../worlds/aws/moto-regions.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { signedOut } from "../worlds/aws/stand-in.ts";
import { standing } from "../worlds/aws/standing.ts";
import { ledgerTable } from "../worlds/aws/tables.ts";
import { said } from "./said.ts";

const example = fileURLToPath(new URL("../../examples/a-multi-region-containers/sluice.config.ts", import.meta.url));
const inProcess = processEnvironment();
const kinds = ["failover", "failback", "replicate", "drill"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "test-cli-recovery-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const deployed = (map: EnvironmentMap): void => {
  mkdirSync(path.join(folder, ".sluice/environments"), { recursive: true });
  writeFileSync(path.join(folder, `.sluice/environments/${map.environment}.json`), JSON.stringify(map));
};

const unasked = (...args: readonly string[]) => {
  inProcess(signedOut);
  return said([...args, "--project", folder, "--config", example]);
};

it.each(kinds)("A12 A17 sluice %s --help has examples that parse, and says what it can end with", async (kind) => {
  const { exit, out } = await said([kind, "--help"]);
  expect(exit).toBe(0);
  expect(out).toMatch(
    new RegExp(
      `\\nExamples:\\n {2}\\$ sluice ${kind} production[^]*\\nExit codes:\\n +0 {2}\\S[^]*\\n +${kind === "replicate" ? "11 {2}aborted" : "10 {2}rolled back"}`,
    ),
  );
  const lines = [...out.matchAll(/\$ sluice ([^|#\n]*\w)/g)].map(([, line = ""]) => line.split(" "));
  // An option that is not known would end with 2.
  for (const line of lines) expect(await unasked(...line, ...(kind === "drill" ? [] : ["--yes"]))).toMatchObject({ exit: 12 });
});

it.each(kinds)(
  "A12 sluice %s is refused with its exit code where the environment is none, has nowhere to move to or may never have been deployed",
  async (kind) => {
    const yes = kind === "drill" ? [] : ["--yes"];
    expect(await unasked(kind, "nowhere", ...yes)).toMatchObject({ exit: 2, out: "", err: expect.stringContaining('"nowhere"') });
    const never = await unasked(kind, "production", ...yes);
    expect(never).toMatchObject({
      exit: 12,
      err: expect.stringMatching(/^error: the map of "production" is not on this machine, .*AWS takes no credentials/),
    });
    deployed({ ...mapOf(() => ({})), environment: "staging" });
    expect(await unasked(kind, "staging", ...yes)).toMatchObject({ exit: 2, err: expect.stringContaining("it has one region") });
  },
);

it.each(["failover", "failback", "replicate"])(
  "A12 sluice %s asks a person first: in a pipe it says that there is nobody, before it looks at anything",
  async (kind) => {
    for (const json of [[], ["--json"]]) {
      const { exit, out, err } = await unasked(kind, "production", ...json);
      expect({ exit, said: out + err }).toEqual({ exit: 2, said: expect.stringContaining("add --yes") });
    }
  },
);

it("A12 without credentials it is blocked, in one outcome on the last line of --json", async () => {
  deployed(mapOf(() => ({})));
  const { exit, out } = await unasked("drill", "production", "--json");
  const events = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(exit).toBe(12);
  expect(events).toMatchObject([
    { type: "error", code: "engine/no-credentials", fix: expect.any(String) },
    { type: "outcome", outcome: "blocked", exit: 12, environment: "production" },
  ]);
});

/** Resolves when it has said so, or has ended; how long that takes is the machine's. */
async function says(child: Child, text: string): Promise<void> {
  while (!(child.stdout() + child.stderr()).includes(text) && child.exit() === undefined)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

const skip = whyNo("moto");

/** moto never has a copy called well, so a failover waits at its first step for as long as a test wants. */
describe.skipIf(skip !== undefined)(`a failover that waits${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let moto: Awaited<ReturnType<typeof emulator>>;
  beforeAll(async () => {
    moto = await emulator("moto");
  }, 60_000);
  afterAll(() => moto?.close());

  const at = () => ({ credentials, endpoint: moto.url });
  const ecsIn = (region: string) => new ECSClient({ region, ...at() });
  const wantedIn = async (region: string) => {
    const { services: [found] = [] } = await ecsIn(region).send(new DescribeServicesCommand({ cluster: "main", services: ["blue"] }));
    return found?.desiredCount;
  };

  async function serviceIn(region: string, image: string, desiredCount: number): Promise<Readonly<Record<string, string>>> {
    const ecs = ecsIn(region);
    await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
    const [{ name }] = config.services;
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({ family: "web", containerDefinitions: [{ name, image, memory: 512 }] }),
    );
    const arn = taskDefinition?.taskDefinitionArn ?? "";
    for (const [serviceName, count] of [
      ["blue", desiredCount],
      ["green", 0],
    ] as const)
      await ecs.send(new CreateServiceCommand({ cluster: "main", serviceName, taskDefinition: arn, desiredCount: count }));
    const { groups, ruleArn } = await standing(new ElasticLoadBalancingV2Client({ region, ...at() }), moto.url);
    return {
      BlueServiceName: "blue",
      GreenServiceName: "green",
      TaskDefinitionArn: arn,
      SplitRuleArn: ruleArn,
      BlueTargetGroupArn: groups.blue,
      GreenTargetGroupArn: groups.green,
    };
  }

  /** What the plan's stacks would have made, as far as a failover looks before it changes anything. */
  async function stand(): Promise<void> {
    await moto.reset();
    const source = await databaseIn(new RDSClient({ region: here, ...at() }));
    const standby = await replicaIn(new RDSClient({ region: there, ...at() }), "standby", source);
    const told = { MetricName: "ReplicaLag", Dimensions: [{ Name: "DBInstanceIdentifier", Value: "standby" }], Value: 2 };
    const lag = { ...told, Timestamp: new Date(Date.now() - 120_000) };
    await new CloudWatchClient({ region: there, ...at() }).send(new PutMetricDataCommand({ Namespace: "AWS/RDS", MetricData: [lag] }));
    const [digest = ""] = await Promise.all(both.map((region) => imageIn(new ECRClient({ region, ...at() }))));
    const web = {
      [here]: await serviceIn(here, `${registryIn(here)}@${digest}`, 3),
      [there]: await serviceIn(there, `${registryIn(there)}:seed`, 0),
    };
    for (const [region, table] of [
      [here, "releases"],
      [there, "recoveries"],
    ] as const)
      await new DynamoDBClient({ region, ...at() }).send(new CreateTableCommand(ledgerTable(table)));
    deployed(
      mapOf((part, region) => {
        const of = region === there ? there : here;
        const outputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
          base: { RegistryUri: registryIn(of), ClusterName: "main" },
          [config.services[0].name]: web[of],
          data: { DatabaseId: "source", DatabaseArn: source },
          standby: { DatabaseId: "standby", DatabaseArn: standby },
          ledger: { LedgerTable: "releases" },
          recoveries: { RecoveryTable: "recoveries" },
        };
        return outputs[part] ?? {};
      }),
    );
  }

  const environment = () => ({
    ...signedOut,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL: moto.url,
  });
  const start = (...args: readonly string[]) =>
    startSluice(["failover", "production", "--config", example, ...args], {
      cwd: folder,
      tmp: folder,
      env: environment(),
    });

  it("A12 X05 a dry run tells the plan; what was killed goes on by the same command; Ctrl-C puts all back, with exit code 10", async () => {
    await stand();
    inProcess(environment());
    const dry = await said(["failover", "production", "--config", example, "--project", folder, "--dry-run"]);
    expect(dry).toMatchObject({ exit: 0, out: expect.stringMatching(/^outcome +planned \(exit code 0\)\n/) });
    expect(dry.err).toContain("\n  1. start 3 copies");
    expect(dry.err).toContain("\n  7. ask from outside");
    expect([await wantedIn(here), await wantedIn(there)]).toEqual([3, 0]);

    const first = start("--yes", "--json");
    await says(first, '"type":"recovery-waits"');
    expect({ exit: first.exit(), wanted: await wantedIn(there) }).toEqual({ exit: undefined, wanted: 3 });
    first.signal("SIGKILL");
    await first.ended;

    const second = start("--yes");
    await says(second, "copies in blue are healthy");
    expect(second.stderr()).toContain("left unfinished, goes on");
    second.signal("SIGINT");
    await second.ended;
    // In a pipe: data and talk apart, and no escape sequence in either.
    expect(second.stdout()).toMatch(/^outcome +put-back \(exit code 10\)\nbecause +a person stopped it\n/);
    expect(second.stderr()).toContain("putting everything back, if the database is not promoted yet");
    expect(second.stdout() + second.stderr()).not.toContain("\u001b");
    expect([second.exit(), await wantedIn(here), await wantedIn(there)]).toEqual([10, 3, 0]);
  }, 120_000);
});
