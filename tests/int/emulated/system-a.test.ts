import path from "node:path";
import { GetDistributionConfigCommand, UpdateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { DeleteServiceCommand } from "@aws-sdk/client-ecs";
import { DeleteBucketReplicationCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { services } from "../copies.ts";
import { edge } from "../edge.ts";
import { type Stack, told } from "../outputs.ts";
import { replication } from "../replication.ts";
import { asATeam } from "./as-a-team.ts";
import { openWorld, skip } from "./world.ts";

const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/a-multi-region-containers"));
// No emulator has the zone of the example.
const plan = buildPlan({ ...config, environments: config.environments.map((one) => ({ ...one, zone: "new" as const })) }, "production");

describe.skipIf(skip !== undefined)(`system A on emulators${skip === undefined ? "" : ` (skipped: ${skip})`}`, { timeout: 120_000 }, () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let stacks: readonly Stack[] = [];
  beforeAll(async () => {
    world = await openWorld();
  }, 120_000);
  afterAll(() => world?.close());
  const one = (output: string, region: string): string =>
    told(stacks, new RegExp(`^${output}$`)).find(({ stack }) => stack.region === region)?.value ?? "";

  it("A04 A05 A12 the integration test passes what the plan makes in two regions, of which one stands by", async () => {
    const made = await world.deploy(plan);
    stacks = made.stacks;
    const { status, stdout, passed, skipped } = asATeam(made.map);
    expect([status, passed], stdout).toEqual([0, 17]);
    expect(skipped).toEqual([
      expect.stringMatching(/^from here there is no way to .*:5432 \(E\w+\).* run it inside the network$/),
      "no weights are in DNS: a listener's rule or one record has all callers",
      "no stack has a health check of a name by itself",
      "no stack has a secret",
      "no stack has a registry",
      "no stack has a trail",
      "no stack has a fleet of instances",
    ]);
  });

  it("A04 B22 reports a service that is gone", async () => {
    const service = one("BlueServiceName", "eu-west-1");
    const cluster = one("ClusterName", "eu-west-1");
    await world.clients("eu-west-1").ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    expect(await services(stacks, world.clients)).toMatchObject({ problems: [expect.stringMatching(/-blue: is (INACTIVE|not there)$/)] });
  });

  it("A12 B11 reports static files that are copied nowhere", async () => {
    const Bucket = one("FilesBucketName", "eu-west-1");
    await world.clients("eu-west-1").s3.send(new DeleteBucketReplicationCommand({ Bucket }));
    expect(await replication(stacks, world.clients)).toMatchObject({
      problems: [expect.stringMatching(/^static files: nothing is copied to /)],
    });
  });

  it("A15 B22 reports CloudFront without its firewall, by old TLS and switched off", async () => {
    const { cloudfront } = world.clients("us-east-1");
    const Id = one("DistributionId", "us-east-1");
    const { DistributionConfig, ETag } = await cloudfront.send(new GetDistributionConfigCommand({ Id }));
    if (!DistributionConfig) throw new Error("the distribution is not there");
    const ViewerCertificate = { ...DistributionConfig.ViewerCertificate, MinimumProtocolVersion: "TLSv1" as const };
    const broken = { ...DistributionConfig, Enabled: false, WebACLId: "", ViewerCertificate };
    await cloudfront.send(new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig: broken }));
    const found = await edge(stacks, world.clients);
    expect(found).toMatchObject({
      problems: ["is switched off", "takes TLSv1", "its firewall is not the one that is told"].map((problem) =>
        expect.stringContaining(problem),
      ),
    });
  });
});
