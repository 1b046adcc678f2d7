import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { afterEach, expect, it, vi } from "vitest";
import { programOf } from "../../../lib/actions/plan.ts";
import { capture } from "../../../lib/engines/pulumi/capture.ts";

afterEach(() => vi.unstubAllEnvs());

const region = { "aws:region": "eu-west-1" };

const fail = (): never => {
  throw new Error("no name can be made");
};

/** Two topics, of which the second has its name from the first, and fails at that where it is to. */
const topics = (project: string, fails: boolean) =>
  capture({ project, stack: "test", config: region }, () => {
    const first = new aws.sns.Topic(`${project}-first`);
    const name = first.arn.apply((arn) => (fails ? fail() : arn));
    new aws.sns.Topic(`${project}-second`, { name });
    return undefined;
  });

it("B17 what fails once the program has ended is told with the resource that it is of", async () => {
  await expect(topics("bad", true)).rejects.toThrow(/"name": no name can be made\nnot registered: bad-second \(aws:sns\/topic:Topic\)$/);
});

it("B17 what fails before a resource is begun is told with the line of the program", async () => {
  const program = capture({ project: "early", stack: "test", config: region }, () => {
    // What a program of JavaScript may leave out.
    new aws.sns.Topic("first").arn.apply((arn) => Reflect.construct(aws.sqs.QueuePolicy, ["second", { queueUrl: arn }])); // made
    return undefined;
  });
  const made =
    readFileSync(import.meta.filename, "utf8")
      .split("\n")
      .findIndex((text) => text.endsWith("// made")) + 1;
  await expect(program).rejects.toThrow(new RegExp(`^Missing required property 'policy', at file:.*capture\\.test\\.ts:${made}$`));
});

it("B17 captures at the same time do not fail for one another", async () => {
  const [good, bad, other] = await Promise.allSettled([topics("good", false), topics("bad", true), topics("other", false)]);
  expect([good.status, bad.status, other.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(good.status === "fulfilled" && good.value.resources.map(({ name }) => name)).toContain("good-second");
});

it("B17 what a program makes is told with the line of the program, also after a wait", async () => {
  const { resources } = await capture({ project: "lines", stack: "test", config: region }, async () => {
    const topic = (name: string) => new aws.sns.Topic(name); // here
    topic("called");
    await Promise.resolve();
    topic("waited");
    return undefined;
  });
  const line =
    readFileSync(import.meta.filename, "utf8")
      .split("\n")
      .findIndex((text) => text.endsWith("// here")) + 1;
  const topics = resources.filter(({ type }) => type === "aws:sns/topic:Topic");
  expect(topics.map(({ source }) => source)).toEqual(Array(2).fill(`${pathToFileURL(import.meta.filename)}:${line}`));
});

it("B17 two of one type and name, which have other parents, are each told with their own line, and one that is lost is missed", async () => {
  const program = (fails: boolean) =>
    capture({ project: "twice", stack: "test", config: region }, () => {
      const first = new pulumi.ComponentResource("theirs:index:First", "part");
      const second = new pulumi.ComponentResource("theirs:index:Second", "part");
      const topic = new aws.sns.Topic("same", {}, { parent: first }); // one
      const name = topic.arn.apply((arn) => (fails ? fail() : arn));
      new aws.sns.Topic("same", { name }, { parent: second }); // other
      return undefined;
    });
  const lines = readFileSync(import.meta.filename, "utf8").split("\n");
  const line = (end: string) => lines.findIndex((text) => text.endsWith(end)) + 1;
  const { resources } = await program(false);
  const told = resources.filter(({ name }) => name === "same").map(({ urn, source }) => [urn.split("::")[2], source?.split(":").at(-1)]);
  expect(told).toEqual([
    ["theirs:index:First$aws:sns/topic:Topic", `${line("// one")}`],
    ["theirs:index:Second$aws:sns/topic:Topic", `${line("// other")}`],
  ]);
  await expect(program(true)).rejects.toThrow(/no name can be made\nnot registered: same \(aws:sns\/topic:Topic\)$/);
});

it("B17 two resources of one URN are refused, all such pairs at once, each with its type and name", async () => {
  const program = capture({ project: "double", stack: "test", config: region }, () => {
    for (const name of ["one", "one", "two"]) new aws.sns.Topic(name);
    for (const name of ["one", "three", "three"]) new aws.sqs.Queue(name);
    return undefined;
  });
  const refused = await program.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
  const twice = (token: string, name: string) =>
    `two resources are ${token} named ${name}: their URN urn:pulumi:test::double::${token}::${name} is one`;
  expect(refused.split("\n").sort()).toEqual([twice("aws:sns/topic:Topic", "one"), twice("aws:sqs/queue:Queue", "three")]);
});

it("B16 no secret of a program is told: not of what it makes, not of what it exports, and not of what it asks a provider", async () => {
  const graph = await capture({ project: "quiet", stack: "test", config: region }, () => {
    const secret = pulumi.secret("hunter2");
    const answer = aws.lambda.getInvocationOutput({ functionName: "asked", input: secret });
    new aws.ssm.Parameter("kept", { type: "SecureString", value: secret, description: pulumi.interpolate`${secret} ${answer.result}` });
    new aws.Provider("theirs", { region: "eu-west-1", secretKey: secret });
    // One that a plugin implements gets its inputs in another form.
    new pulumi.ComponentResource("theirs:index:Remote", "remote", { secret, text: pulumi.interpolate`${secret}!` }, {}, true);
    new aws.ssm.Parameter("made", { type: "SecureString", value: new random.RandomPassword("made", { length: 9 }).result });
    return { secret, within: { list: [pulumi.interpolate`a ${secret}`] } };
  });
  expect(JSON.stringify(graph)).not.toContain("hunter2");
  expect(graph.invokes).toEqual(["aws:lambda/getInvocation:getInvocation"]);
  const secrets = (wanted: string) => graph.resources.find(({ name, type }) => name === wanted && !type.startsWith("random:"))?.secrets;
  expect(secrets("remote")).toEqual(["secret", "text"]);
  expect(secrets("kept")).toEqual(["description", "value"]);
  // What a provider makes is a secret where it says so.
  expect(secrets("made")).toEqual(["value"]);
});

it("A07 a provider without a region is refused by its name, and so is the stack's own, all at once", async () => {
  vi.stubEnv("AWS_REGION", undefined);
  vi.stubEnv("AWS_DEFAULT_REGION", undefined);
  const program = (config: Record<string, string>) =>
    capture({ project: "regions", stack: "test", config }, () => {
      const provider = new aws.Provider("second-account", { allowedAccountIds: ["111111111111"] });
      new aws.sns.Topic("theirs", {}, { provider });
      new aws.sns.Topic("own");
      return undefined;
    });
  const refused = await program({}).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "engine/no-region",
    details: [
      expect.stringMatching(/^the provider second-account, .*capture\.test\.ts:\d+$/),
      "the stack's own provider, which own (aws:sns/topic:Topic) is made by",
    ],
  });
  await expect(program(region)).rejects.toMatchObject({ details: [expect.stringContaining("second-account")] });
});

it("X02 a plan's program is the same text in every run, and its lines are those of blocks", async () => {
  const told = () => programOf("examples/e-cross-account-pipeline", { environment: "production" });
  const [one, other] = [await told(), await told()];
  expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  const made = one.resources.filter(({ type }) => /^(aws|random):|Block$/.test(type));
  expect(made.filter(({ source }) => !/lib\/plan\/(blocks|parts)\/[\w-]+\.ts:\d+$/.test(source ?? "")).map(({ name }) => name)).toEqual([]);
  expect(JSON.stringify(one)).toMatch(/⟦[a-z0-9-]+-\w+\.(id|arn)⟧/);
  expect(JSON.stringify(one)).not.toMatch(/⟦\d{1,4}\./);
});
