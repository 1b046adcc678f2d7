import { expect, test } from "vitest";
import { doctor } from "../../lib/actions/doctor.ts";
import { type Step, stepsOf } from "../../lib/actions/doctor-steps.ts";
import { UserError } from "../../lib/base/errors.ts";
import type { ConfigInput } from "../../lib/config/config.ts";
import { configOf, memorySecrets, targetOf } from "./aws-target.ts";

function steps(input: ConfigInput): readonly Step[] {
  const { plan, config } = targetOf(input);
  return stepsOf(plan, config);
}

function step(input: ConfigInput, id: string): Step {
  const found = steps(input).find((one) => one.id === id);
  if (!found)
    throw new Error(
      `no step ${id} among ${steps(input)
        .map((one) => one.id)
        .join(", ")}`,
    );
  return found;
}

const ids = (input: ConfigInput): readonly string[] => steps(input).map(({ id }) => id);

test("X11: every step of a container system with a pipeline is listed, in the order in which they come up", () => {
  const monitoring = { emails: ["a@example.com", "b@example.com"] };
  expect(ids(configOf({ monitoring }, { certificate: undefined, domain: "shop.example.com", zone: "new" }))).toEqual([
    "bootstrap 111111111111 eu-west-1",
    "secret dockerHub.username eu-west-1",
    "secret dockerHub.token eu-west-1",
    "quota L-0263D0A3 eu-west-1",
    "quota L-F678F1CE eu-west-1",
    "quota L-3032A538 eu-west-1",
    "certificate eu-west-1",
    "delegation shop.example.com eu-west-1",
    "seed eu-west-1",
    "confirmation a@example.com eu-west-1",
    "confirmation b@example.com eu-west-1",
  ]);
});

test("X11: nothing is claimed about an account that was not asked", () => {
  expect(new Set(steps(configOf()).map(({ is }) => is))).toEqual(new Set(["unknown"]));
  for (const { because, run } of steps(configOf()))
    expect({ because: because !== "", runs: run.length > 0 }).toEqual({ because: true, runs: true });
});

test("X11: with several services each needs an image in its own registry, and the quota counts the copies of all", () => {
  const service = (max: number) => ({ compute: { kind: "ecs" as const, cpu: 1024 as const, memory: 2048, count: { min: 1, max } } });
  const input = configOf({
    delivery: undefined,
    rollout: { weightHolder: "release" },
    services: { web: service(4), api: { ...service(6), paths: ["/api/*"] } },
  });
  expect(ids(input).filter((id) => id.startsWith("seed"))).toEqual(["seed eu-west-1", "seed api eu-west-1"]);
  expect(step(input, "seed eu-west-1").what).toContain("shop-test-euw1-web");
  expect(step(input, "seed api eu-west-1").what).toContain("shop-test-euw1-api");
  // Both colours of 4 and of 6 copies, each of one vCPU.
  expect(step(input, "quota L-3032A538 eu-west-1").what).toContain("room for 20");
});

test.each<readonly [string, ConfigInput, string, readonly string[]]>([
  ["bootstrap of the engine", configOf(), "bootstrap 111111111111 eu-west-1", ["npx cdk bootstrap aws://111111111111/eu-west-1"]],
  [
    "a certificate that is there must be issued",
    configOf(),
    "certificate eu-west-1",
    [
      "aws acm describe-certificate --certificate-arn arn:aws:acm:eu-west-1:111111111111:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809 --region eu-west-1 --query Certificate.Status",
    ],
  ],
  [
    "the name leads to a zone that is there",
    configOf({}, { domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" }),
    "delegation shop.example.com eu-west-1",
    ["aws route53 get-hosted-zone --id Z0123456789ABCDEFGHIJ --query DelegationSet.NameServers", "dig +short NS shop.example.com"],
  ],
  [
    "an image is in the registry before the first release",
    configOf(),
    "seed eu-west-1",
    [
      "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin 111111111111.dkr.ecr.eu-west-1.amazonaws.com",
      "docker build --platform linux/amd64 --tag 111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop-test-euw1-web:seed .",
      "docker push 111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop-test-euw1-web:seed",
    ],
  ],
  [
    "the handshake with GitHub is done in the console",
    configOf({
      delivery: {
        source: {
          kind: "github",
          connection: "arn:aws:codeconnections:eu-west-1:111111111111:connection/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
          repository: "acme/shop",
        },
      },
    }),
    "connection acme/shop",
    [
      "aws codeconnections get-connection --connection-arn arn:aws:codeconnections:eu-west-1:111111111111:connection/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809 --region eu-west-1 --query Connection.ConnectionStatus",
      "https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections",
    ],
  ],
  [
    "an address confirms by a link",
    configOf({ monitoring: { emails: ["a@example.com"] } }),
    "confirmation a@example.com eu-west-1",
    ["aws sns list-subscriptions-by-topic --region eu-west-1 --topic-arn arn:aws:sns:eu-west-1:111111111111:shop-test-euw1-notices"],
  ],
])("X11: %s, with the command as it stands", (_what, input, id, run) => {
  expect(step(input, id).run).toEqual(run);
});

test("X11: an image for ARM is built for ARM, and pushed to an existing registry where one is named", () => {
  const services = { web: { compute: { kind: "ecs" as const, architecture: "arm64" as const } } };
  const [, build] = step(configOf({ services }, { existing: { registry: "team/images" } }), "seed eu-west-1").run;
  expect(build).toBe("docker build --platform linux/arm64 --tag 111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/images:seed .");
});

test.each([
  [2, "the plan needs 2; AWS gives 5 for everything in the region, unless more were asked for", 1],
  [6, "the plan needs 6; AWS gives 5 unless more were asked for", 2],
])("X11: quotas are counted from the plan: %i addresses", (zones, because, commands) => {
  const inMany = {
    account: "111111111111",
    regions: ["us-east-1"],
    certificate: "arn:aws:acm:us-east-1:111111111111:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
  } as const;
  const found = step(configOf({ network: { zones } }, { ...inMany, regions: ["us-east-1"] }), "quota L-0263D0A3 us-east-1");
  expect({ because: found.because, commands: found.run.length }).toEqual({ because, commands });
  if (commands === 2) expect(found.run[1]).toContain(`--desired-value ${zones}`);
});

test("X11: room on Fargate is both colours' most copies times their CPU", () => {
  const found = step(configOf(), "quota L-3032A538 eu-west-1");
  expect(found.what).toBe("vCPUs on Fargate in eu-west-1: room for 10");
  expect(found.because).toContain("10 copies of 0.5 vCPU in each of two colours");
});

test("X11: an existing network needs no room for another", () => {
  const vpc = {
    id: "vpc-01234567",
    publicSubnets: ["subnet-01234567", "subnet-01234568"],
    privateSubnets: ["subnet-01234569", "subnet-0123456a"],
  };
  expect(ids(configOf({}, { existing: { vpc } })).filter((id) => id.startsWith("quota"))).toEqual(["quota L-3032A538 eu-west-1"]);
});

test("X11: what AWS tells of the secrets is told, and the rest stays unknown", async () => {
  const { steps: found } = await doctor(targetOf(), async () => memorySecrets(["/shop/user"]));
  expect(found.filter(({ id }) => id.startsWith("secret")).map(({ is, because }) => [is, because])).toEqual([
    ["done", "written 1970-01-01"],
    ["to do", "there is no such parameter"],
  ]);
  expect(found.filter(({ id, is }) => !id.startsWith("secret") && is !== "unknown")).toEqual([]);
});

test("X11: without credentials the secrets are unknown, and the list is there all the same", async () => {
  const { steps: found } = await doctor(targetOf(), async () => {
    throw new UserError("engine/no-credentials", "none", "sign in");
  });
  expect(found.find(({ id }) => id.startsWith("secret"))).toMatchObject({
    is: "unknown",
    because: "asking needs credentials, and AWS takes none from here",
  });
  expect(found).toHaveLength(8);
});
