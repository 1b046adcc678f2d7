import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { configOf } from "../../lib/config/check.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { overLimits } from "../../lib/plan/limits.ts";
import type { Output, Resource } from "../../lib/plan/template.ts";

const topic = (id: string, block: string, DisplayName = ""): Resource<"AWS::SNS::Topic"> => ({
  id,
  block,
  type: "AWS::SNS::Topic",
  properties: { TopicName: id, DisplayName },
});

const over = (resources: readonly Resource[], outputs: readonly Output[] = []) =>
  overLimits({
    environment: "test",
    stacks: [{ name: "shop-test-base", part: "base", account: "111122223333", region: "eu-west-1", protect: false, resources, outputs }],
  });

describe("A17 CloudFormation's limits", () => {
  const topics = (count: number) => Array.from({ length: count }, (_, at) => topic(`T${at}`, at < 5 ? "Few" : "Many"));

  it("are 500 resources, and the blocks with the most are named", () => {
    expect(over(topics(500))).toEqual([]);
    expect(over(topics(501))).toEqual(["shop-test-base has 501 resources, and CloudFormation takes 500; most in Many (496), Few (5)"]);
  });

  it("are 200 outputs", () => {
    const outputs = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `O${at}`, value: "x", description: "One" }));
    expect(over(topics(1), outputs(200))).toEqual([]);
    expect(over(topics(1), outputs(201))).toEqual(["shop-test-base has 201 outputs, and CloudFormation takes 200"]);
  });

  it("are a megabyte, counted in bytes and not in characters, and the largest resources are named", () => {
    const large = (text: string) => over([topic("Small", "Test"), topic("Large", "Test", text)]);
    expect(large("a".repeat(1_000_000))).toEqual([]);
    expect(large("ä".repeat(600_000))).toEqual([
      expect.stringMatching(
        /^the template of shop-test-base has 1200\d{3} bytes, and CloudFormation takes 1048576; most in Large \(1200\d{3}\), Small/,
      ),
    ]);
  });

  it("are the user's to keep: a plan beyond them is refused with the stack, the size and what to take out", () => {
    const env = Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`V${at}`, "x".repeat(200)]));
    const config = configOf({
      project: "shop",
      services: { web: { env, compute: { kind: "ecs" } } },
      environments: { prod: { account: "111122223333", regions: ["eu-west-1"], domain: "a.example.com", zone: "new" } },
    });
    expect(() => buildPlan(config, "prod")).toThrow(UserError);
    expect(() => buildPlan(config, "prod")).toThrow(
      expect.objectContaining({
        code: "plan/too-big",
        fix: expect.stringContaining("services.<name>.env"),
        details: expect.arrayContaining([
          expect.stringMatching(/^the template of shop-prod-euw1-web has \d{7} bytes, .* most in \w+ \(\d{7}\)/),
        ]),
      }),
    );
  });

  const shop = (service: object) =>
    configOf({
      project: "shop",
      services: { web: service },
      environments: { prod: { account: "111122223333", regions: ["eu-west-1"], domain: "a.example.com", zone: "new" } },
    });
  const variables = (bytes: number) => ({ LONG: "x".repeat(bytes / 2), WIDE: "ä".repeat(bytes / 4) });

  it("and ECS's: a task definition of 64 KB, with what a release adds to it, in bytes", () => {
    const env = variables(64 * 1024);
    expect(() => buildPlan(shop({ env, compute: { kind: "ecs" } }), "prod")).toThrow(
      expect.objectContaining({
        code: "plan/too-big",
        details: [expect.stringMatching(/^the task definition ServiceTask of shop-prod-euw1-web has 6\d{4} bytes, and ECS takes 64512/)],
      }),
    );
    expect(() => buildPlan(shop({ env: variables(60 * 1024), compute: { kind: "ecs" } }), "prod")).not.toThrow();
  });

  it("and EC2's: user data of 16 KB for each colour, with what AWS fills in", () => {
    const env = variables(14 * 1024);
    const twice = ["Blue", "Green"].map((slot) =>
      expect.stringMatching(new RegExp(`^the user data of \\w*${slot}\\w* in .* EC2 takes 16384`)),
    );
    expect(() => buildPlan(shop({ env, compute: { kind: "ec2" } }), "prod")).toThrow(
      expect.objectContaining({ code: "plan/too-big", details: twice }),
    );
    expect(() => buildPlan(shop({ env: variables(12 * 1024), compute: { kind: "ec2" } }), "prod")).not.toThrow();
  });

  it("and Fargate's: a copy is given from 2 to 120 seconds to end", () => {
    const given = ["0s", "1s", "5s", "10m"].map((grace) => {
      const { stacks } = buildPlan(shop({ grace, compute: { kind: "ecs" } }), "prod");
      const [definition] = stacks.flatMap(({ resources }) => resources.filter(({ type }) => type === "AWS::ECS::TaskDefinition"));
      return JSON.stringify(definition?.properties).match(/"StopTimeout":(\d+)/)?.[1];
    });
    expect(given).toEqual(["2", "2", "5", "120"]);
  });
});
