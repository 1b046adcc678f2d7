import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Step } from "../../lib/actions/doctor-step.ts";
import { stepsOf } from "../../lib/actions/doctor-steps.ts";
import { UserError } from "../../lib/base/errors.ts";
import type { ConfigInput } from "../../lib/config/config.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import type { Account, Answer, Question } from "../../lib/ports/account.ts";
import { configOf, targetOf } from "./aws-target.ts";
import { accountThat, look } from "./doctor-account.ts";

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
    "confirmation a@example.com shop-test-euw1-notices",
    "confirmation b@example.com shop-test-euw1-notices",
  ]);
});

test("X11: every step of every example can be asked about and has something to run, and no two have the same id", async () => {
  const examples = path.join(import.meta.dirname, "../../examples");
  for (const name of readdirSync(examples)) {
    const { config } = await loadConfig(path.join(examples, name));
    for (const { name: environment } of config.environments) {
      const found = stepsOf(buildPlan(config, environment), config);
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      // Where Pulumi's state is only Pulumi knows, unless the configuration says it.
      const silent = found.filter(({ id, question, run }) => (!question && id !== "state") || run.length === 0);
      expect(silent.map(({ id }) => id)).toEqual([]);
    }
  }
});

test("X11: with Pulumi the bucket of the state and its key must be there, where the configuration names them", () => {
  const key = "arn:aws:kms:eu-central-1:111111111111:key/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809";
  const workflow = { repository: "acme/shop", backend: "s3://acme-state/shop?region=eu-central-1", key };
  const input = configOf({ engine: "pulumi", delivery: undefined, rollout: { weightHolder: "release" }, workflow });
  expect(ids(input).slice(0, 2)).toEqual(["state acme-state", `key ${key}`]);
  expect(step(input, "state acme-state").question).toEqual({ kind: "bucket", region: "eu-central-1", bucket: "acme-state" });
  expect(step(input, `key ${key}`).question).toEqual({ kind: "key", region: "eu-central-1", arn: key });
});

test("X11: with Pulumi and no place for its state only Pulumi can say where it is", async () => {
  const input = configOf({ engine: "pulumi", delivery: undefined, rollout: { weightHolder: "release" } });
  const found = await look(targetOf(input), async () => accountThat(async () => ({ is: "done", because: "seen" })));
  expect(found.steps[0]).toEqual({
    id: "state",
    what: "Pulumi is logged in to where its state is",
    is: "unknown",
    because: "the configuration names no bucket for it",
    run: ["pulumi whoami --verbose"],
  });
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
    [
      "ZONE=Z0123456789ABCDEFGHIJ",
      "aws route53 get-hosted-zone --id $ZONE --query DelegationSet.NameServers",
      "dig +short NS $(aws route53 get-hosted-zone --id $ZONE --query HostedZone.Name --output text)",
    ],
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
    "the handshake with GitHub is done in the console, in the region of the connection",
    configOf({
      delivery: {
        source: {
          kind: "github",
          connection: "arn:aws:codeconnections:us-east-1:111111111111:connection/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
          repository: "acme/shop",
        },
      },
    }),
    "connection acme/shop",
    [
      "aws codeconnections get-connection --connection-arn arn:aws:codeconnections:us-east-1:111111111111:connection/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809 --region us-east-1 --query Connection.ConnectionStatus",
      "https://us-east-1.console.aws.amazon.com/codesuite/settings/connections",
    ],
  ],
  [
    "an address confirms by a link",
    configOf({ monitoring: { emails: ["a@example.com"] } }),
    "confirmation a@example.com shop-test-euw1-notices",
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
  expect({ because: found.hint, commands: found.run.length }).toEqual({ because, commands });
  if (commands === 2) expect(found.run[1]).toContain(`--desired-value ${zones}`);
});

test("X11: room on Fargate is both colours' most copies times their CPU", () => {
  const found = step(configOf(), "quota L-3032A538 eu-west-1");
  expect(found.what).toBe("vCPUs on Fargate in eu-west-1: room for 10");
  expect(found.hint).toContain("10 copies of 0.5 vCPU in each of two colours");
});

test("X11: in an environment of several regions the quota of Fargate is asked where copies run, the zone once, and each certificate where it is", () => {
  const input = configOf(
    { delivery: undefined, rollout: { weightHolder: "release" }, edge: {} },
    { domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" },
  );
  // CloudFront's certificate and firewall are in us-east-1, where nothing of the service runs.
  const places = (of: string) => ids(input).filter((id) => id.startsWith(of));
  expect(places("bootstrap")).toEqual(["bootstrap 111111111111 eu-west-1", "bootstrap 111111111111 us-east-1"]);
  expect(places("quota L-3032A538")).toEqual(["quota L-3032A538 eu-west-1"]);
  expect(places("delegation")).toEqual(["delegation shop.example.com eu-west-1"]);
  expect(places("certificate")).toEqual(["certificate eu-west-1", "certificate us-east-1"]);
  expect(step(input, "certificate us-east-1").question).toMatchObject({ kind: "certificate of", region: "us-east-1" });
});

test("X11: functions with executions of their own need room beside what AWS leaves to all others", () => {
  const rollout = { weightHolder: "release" as const, host: "lambda" as const, weights: [10, 100] };
  const { delivery: _, ...input } = configOf({ rollout }, { domain: "shop.example.com" });
  const found = step(input, "quota L-B99A9384 eu-west-1");
  const [own] = targetOf(input).plan.stacks.flatMap(({ resources }) =>
    resources.flatMap(({ type, properties }) =>
      type === "AWS::Lambda::Function" ? [Reflect.get(properties, "ReservedConcurrentExecutions")] : [],
    ),
  );
  expect(found.what).toBe(`concurrent executions of functions in eu-west-1: room for ${100 + own}`);
  expect(found.hint).toContain(`${own} are reserved for functions`);
  expect(ids(configOf()).filter((id) => id.includes("L-B99A9384"))).toEqual([]);
});

test("X11: an existing network needs no room for another", () => {
  const vpc = {
    id: "vpc-01234567",
    publicSubnets: ["subnet-01234567", "subnet-01234568"],
    privateSubnets: ["subnet-01234569", "subnet-0123456a"],
  };
  expect(ids(configOf({}, { existing: { vpc } })).filter((id) => id.startsWith("quota"))).toEqual(["quota L-3032A538 eu-west-1"]);
});

const stateOf = async (account: () => Promise<Account>) => {
  const { steps: found } = await look(targetOf(), account);
  return Object.fromEntries(found.map(({ id, is, because }) => [id, { is, because }]));
};

const seed = "seed eu-west-1";

test("X11: what the account tells is told, what helps stays with what is not done, and one question has no effect on the others", async () => {
  const answers: { readonly [kind in Question["kind"]]?: Answer } = {
    bootstrap: { is: "done", because: "bootstrapped with version 21" },
    image: { is: "to do", because: "no image" },
    certificate: { is: "refused", action: "acm:DescribeCertificate", because: "not today" },
  };
  const found = await stateOf(async () =>
    accountThat(async ({ kind }) => {
      const answer = answers[kind];
      if (!answer) throw new UserError("engine/not-installed", "it needs a package", "npm install it");
      return answer;
    }),
  );
  expect(found).toMatchObject({
    "bootstrap 111111111111 eu-west-1": { is: "done", because: "bootstrapped with version 21" },
    [seed]: { is: "to do", because: expect.stringMatching(/^no image; any image that answers GET \/health on port 8080/) },
    "certificate eu-west-1": {
      is: "unknown",
      because: "arn:aws:sts::111111111111:assumed-role/looks/me may not acm:DescribeCertificate; AWS says: not today",
    },
    "secret dockerHub.token eu-west-1": { is: "unknown", because: "it needs a package; npm install it" },
  });
});

test("X11: with credentials of another account nothing is asked that would be answered for that one", async () => {
  const asked: string[] = [];
  const other = accountThat(async ({ kind }) => {
    asked.push(kind);
    return { is: "done", because: "seen" };
  }, "222222222222");
  const found = await stateOf(async () => other);
  expect(found["bootstrap 111111111111 eu-west-1"]).toEqual({
    is: "unknown",
    because: "it is in 111111111111, and the credentials here are those of 222222222222; sign in to that account",
  });
  // These are asked about by an ARN or a registry that says whose they are.
  expect(new Set(asked)).toEqual(new Set(["secret", "image", "certificate"]));
});

test.each<readonly [string, () => Promise<Account>]>([
  [
    "no credentials",
    async () => ({
      ...accountThat(async () => ({ is: "done", because: "" })),
      caller: async () => {
        throw new UserError("engine/no-credentials", "none", "sign in");
      },
    }),
  ],
  [
    "no client",
    async () => {
      throw new UserError("engine/not-installed", "none", "sign in");
    },
  ],
])("X11: with %s nothing is claimed, and the list is there all the same", async (_what, account) => {
  const found = await stateOf(account);
  expect(new Set(Object.values(found).map(({ is }) => is))).toEqual(new Set(["unknown"]));
  expect(found["bootstrap 111111111111 eu-west-1"]).toEqual({ is: "unknown", because: "none; sign in" });
  expect(found[seed]?.because).toMatch(/^none; sign in; any image/);
  expect(Object.keys(found)).toHaveLength(8);
});

test("X11: the questions are asked at the same time, but not too many", async () => {
  let [now, most] = [0, 0];
  const emails = Array.from({ length: 10 }, (_, at) => `${at}@example.com`);
  const account = accountThat(async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return { is: "done", because: "seen" };
  });
  const { steps: found } = await look(targetOf(configOf({ monitoring: { emails } })), async () => account);
  expect(most).toBe(8);
  expect(new Set(found.map(({ because }) => because))).toEqual(new Set(["seen"]));
  expect(found.map(({ id }) => id)).toEqual(ids(configOf({ monitoring: { emails } })));
});

test("X11: without credentials nobody looks for the map of another machine, and without that map nothing is claimed", async () => {
  const kept = async () => Promise.reject(new UserError("engine/forbidden", "not allowed", ""));
  const seen = accountThat(async () => ({ is: "done", because: "seen" }));
  expect((await look(targetOf(), async () => seen, kept)).steps).toHaveLength(8);
  const never = async () => Promise.reject(new Error("nobody may be asked"));
  const none = async () => Promise.reject(new UserError("engine/no-credentials", "none", "sign in"));
  expect((await look(targetOf(), none, never)).steps).toHaveLength(8);
});

test("X11: a mistake of ours is not taken for an answer", async () => {
  const broken = accountThat(async () => Promise.reject(new TypeError("x is not a function")));
  await expect(look(targetOf(), async () => broken)).rejects.toThrow(TypeError);
});
