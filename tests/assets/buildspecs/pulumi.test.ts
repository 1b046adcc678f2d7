import { describe, expect, test } from "vitest";
import { type Answer, type Given, type Ran, releaseOf, runSpec } from "./stand-ins.ts";

const backend = "s3://state/shop?region=eu-central-1";

async function pulumi(action: string, given: Given = {}): Promise<Ran> {
  const { archive, sha256 } = releaseOf("pulumi/pulumi");
  const answers: Answer[] = [
    ...(given.answers ?? []),
    { to: "curl", copies: { "--output": archive } },
    { to: "pulumi stack select" },
    { to: "pulumi preview", writes: { "--save-plan": { manifest: 1 } } },
    { to: "pulumi up" },
    { to: "pulumi stack output", stdout: { url: "https://shop" } },
  ];
  const sums = { PULUMI_SHA256_X86_64: sha256, PULUMI_SHA256_AARCH64: sha256 };
  const env = { ACTION: action, PULUMI_BACKEND_URL: backend, PULUMI_STACK: "production", ...sums, ...given.env };
  return await runSpec("pulumi", { ...given, answers, env });
}

const lines = (ran: Ran) => ran.calls.map(({ line }) => line).filter((line) => line.startsWith("pulumi"));

describe("pulumi.yml", () => {
  test.each([false, true])("C01 a preview changes nothing and hands its plan on (shells apart: %s)", async (apart) => {
    const ran = await pulumi("preview", { apart });
    expect([ran.is, lines(ran).some((line) => line.startsWith("pulumi up"))]).toEqual(["passed", false]);
    expect(JSON.parse((await ran.handedOn())?.("plan.json") ?? "")).toEqual({ manifest: 1 });
    for (const { line, env } of ran.calls) if (line.startsWith("pulumi")) expect(env.PULUMI_BACKEND_URL).toBe(backend);
  });

  test("C01 an update does what the plan says and hands the outputs on under the stack's name", async () => {
    const input = { name: "Preview", files: { "plan.json": "{}" } };
    const ran = await pulumi("up", { env: { PLAN_ARTIFACT: "Preview" }, input });
    expect(lines(ran)[1]).toMatch(/^pulumi up --stack production --non-interactive --yes --plan \S+\/input\/plan\.json$/);
    expect(JSON.parse((await ran.handedOn())?.("outputs.json") ?? "")).toEqual({ production: { url: "https://shop" } });
    expect(lines(ran).join()).not.toContain("--show-secrets");
  });

  test("C01 an update without a plan is one, but a plan that is promised and missing fails", async () => {
    expect(lines(await pulumi("up"))[1]).toBe("pulumi up --stack production --non-interactive --yes");
    const ran = await pulumi("up", { env: { PLAN_ARTIFACT: "Preview" } });
    expect([ran.is, lines(ran).length]).toEqual(["failed", 1]);
  });

  test("C01 a failed update hands nothing on", async () => {
    const ran = await pulumi("up", { answers: [{ to: "pulumi up", exit: 255 }] });
    expect([ran.is, await ran.handedOn()]).toEqual(["failed", undefined]);
  });

  test.each([
    ["s3://state/shop", "s3://state/shop?region=eu-west-1"],
    ["s3://state/shop?awssdk=v2", "s3://state/shop?awssdk=v2&region=eu-west-1"],
    ["s3://state/shop?myregion=x", "s3://state/shop?myregion=x&region=eu-west-1"],
  ])("A07 a backend %s without a region is refused before anything is fetched, with the corrected URL", async (url, corrected) => {
    const ran = await pulumi("up", { env: { PULUMI_BACKEND_URL: url } });
    expect([ran.is, ran.calls]).toEqual(["failed", []]);
    expect(ran.log).toContain(`  ${corrected}\n`);
  });

  test.each([backend, "s3://state?awssdk=v2&region=eu-west-1", "file:///tmp/state", "https://api.pulumi.com"])(
    "A07 a backend %s is taken",
    async (url) => {
      expect((await pulumi("preview", { env: { PULUMI_BACKEND_URL: url } })).is).toBe("passed");
    },
  );

  test("C01 another action is refused", async () => {
    const ran = await pulumi("destroy");
    expect([ran.is, lines(ran)]).toEqual(["failed", []]);
    expect(ran.log).toContain('ACTION is "destroy": preview or up');
  });

  test("C01 a new stack gets the provider of secrets that is given", async () => {
    const ran = await pulumi("preview", { env: { PULUMI_SECRETS_PROVIDER: "awskms://alias/shop?region=eu-west-1" } });
    expect(lines(ran)[0]).toBe(
      "pulumi stack select production --create --non-interactive --secrets-provider awskms://alias/shop?region=eu-west-1",
    );
  });

  test("C10 the program's provider takes on the role of the stage with its external id, and the state is left to the build", async () => {
    const role = { DEPLOY_ROLE_ARN: "arn:aws:iam::333333333333:role/deploy", DEPLOY_EXTERNAL_ID: "shop", AWS_TARGET_REGION: "us-east-1" };
    const ran = await pulumi("up", { env: role, answers: [{ to: "pulumi config set" }] });
    // Pulumi registry, AWS provider: configuration options region and assumeRoles.
    const set = "pulumi config set --stack production --non-interactive --path";
    expect(lines(ran).slice(1, 5)).toEqual([
      `${set} aws:region us-east-1`,
      `${set} aws:assumeRoles[0].roleArn arn:aws:iam::333333333333:role/deploy`,
      `${set} aws:assumeRoles[0].externalId shop`,
      "pulumi up --stack production --non-interactive --yes",
    ]);
  });

  test("C10 a role without its external id is not taken on", async () => {
    const ran = await pulumi("up", {
      env: { DEPLOY_ROLE_ARN: "arn:aws:iam::333333333333:role/deploy" },
      answers: [{ to: "pulumi config set" }],
    });
    expect([ran.is, lines(ran).some((line) => line.startsWith("pulumi up"))]).toEqual(["failed", false]);
  });

  test("C06 the program is told the image that was built, by its digest, and nothing without one is deployed", async () => {
    const image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:ab";
    const ran = await pulumi("up", { source: { "imageDetail.json": JSON.stringify({ ImageURI: image }) } });
    expect(ran.calls.find(({ line }) => line.startsWith("pulumi up"))?.env.SLUICE_IMAGE).toBe(image);
    const moving = await pulumi("up", { source: { "imageDetail.json": JSON.stringify({ ImageURI: "web:latest" }) } });
    expect([moving.is, lines(moving)]).toEqual(["failed", []]);
  });

  test("C01 a Pulumi that is not the one whose checksum we know never runs", async () => {
    const wrong = "0".repeat(64);
    const ran = await pulumi("up", { env: { PULUMI_SHA256_X86_64: wrong, PULUMI_SHA256_AARCH64: wrong } });
    expect([ran.is, lines(ran)]).toEqual(["failed", []]);
  });
});
