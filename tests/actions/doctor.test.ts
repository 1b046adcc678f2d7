import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { doctor } from "../../lib/actions/doctor.ts";
import type { Step } from "../../lib/actions/doctor-step.ts";
import { stepsOf } from "../../lib/actions/doctor-steps.ts";
import { environmentMapOf, writeMap } from "../../lib/actions/environment-map.ts";
import type { Target } from "../../lib/actions/target.ts";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import type { Config, ConfigInput } from "../../lib/config/config.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import type { Account, Answer, Part, Question } from "../../lib/ports/account.ts";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";
import { configOf, targetOf } from "./aws-target.ts";

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

/** Looks where no deploy from elsewhere kept a map. */
const look = (target: Target, load: () => Promise<Account>, kept = async (): Promise<EnvironmentMap | undefined> => undefined) =>
  doctor(target, { load, kept });

/** An account of which a test says what it answers. */
const accountThat = (answer: (question: Question) => Promise<Answer>, account = "111111111111"): Account => ({
  caller: async () => ({ account, arn: `arn:aws:sts::${account}:assumed-role/looks/me` }),
  answer,
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

/** What a deploy of an environment told: each output says whose it is. */
function mapOf({ plan }: Pick<Target, "plan">): EnvironmentMap {
  const told = plan.stacks.map(({ name, outputs }) => [
    name,
    Object.fromEntries(outputs.map((output) => [output.name, `${output.name} of ${name}`])),
  ]);
  return environmentMapOf(plan, Object.fromEntries(told));
}

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
});

test("X11: without credentials nobody looks for the map of another machine, and without that map nothing is claimed", async () => {
  const kept = async () => Promise.reject(new UserError("engine/forbidden", "not allowed", ""));
  const seen = accountThat(async () => ({ is: "done", because: "seen" }));
  expect((await look(targetOf(), async () => seen, kept)).steps).toHaveLength(8);
  const never = async () => Promise.reject(new Error("nobody may be asked"));
  const none = async () => Promise.reject(new UserError("engine/no-credentials", "none", "sign in"));
  expect((await look(targetOf(), none, never)).steps).toHaveLength(8);
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

test("X11: a mistake of ours is not taken for an answer", async () => {
  const broken = accountThat(async () => Promise.reject(new TypeError("x is not a function")));
  await expect(look(targetOf(), async () => broken)).rejects.toThrow(TypeError);
});
