import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Part, Question } from "../../../lib/ports/account.ts";
import { awsAccount } from "../../../lib/worlds/aws/account.ts";
import { processEnvironment } from "./process-environment.ts";
import { jsonError, queryError } from "./replies.ts";
import { asking, environmentOf, json, openWire, type Reply, type Wire, xml } from "./wire.ts";

const arn = (kind: string): string => `arn:aws:elasticloadbalancing:eu-west-1:111111111111:${kind}/app/shop/0123456789abcdef`;
const service: Part = { of: "service", cluster: "shop", name: "web" };
const fleet: Part = { of: "fleet", name: "web-blue" };
const group: Part = { of: "deployment group", application: "shop", name: "web" };
const table: Part = { of: "table", name: "ledger" };
const described = (what: string, inner = ""): Reply => xml(`<${what}Response><${what}Result>${inner}</${what}Result></${what}Response>`);
const fleets = (inner: string): Reply => described("DescribeAutoScalingGroups", `<AutoScalingGroups>${inner}</AutoScalingGroups>`);
const member = (more = ""): Reply => fleets(`<member><AutoScalingGroupName>web-blue</AutoScalingGroupName>${more}</member>`);
const services = (status: string): Reply => json({ services: [{ serviceName: "web", status }], failures: [] });

describe("a part of an environment", () => {
  const environment = processEnvironment();
  let wire: Wire;
  beforeEach(async () => {
    wire = await openWire();
    environment(environmentOf(wire.url));
  });
  afterEach(() => wire.close());

  const answer = (part: Part, call: string, reply: Reply) => {
    wire.say(call, reply);
    const account = awsAccount({ region: "eu-west-1", limit: duration(10_000), nameServers: async () => [] });
    const question: Question = { kind: "part", region: "eu-west-1", account: asking.account, ...part };
    return account.answer(question);
  };

  test.each<readonly [Part, string, Reply]>([
    [table, "dynamodb DescribeTable", json({ Table: { TableName: "ledger", TableStatus: "UPDATING" } })],
    [service, "ecs DescribeServices", services("ACTIVE")],
    [fleet, "autoscaling DescribeAutoScalingGroups", member()],
    [group, "codedeploy GetDeploymentGroup", json({ deploymentGroupInfo: { deploymentGroupName: "web" } })],
    [{ of: "target group", name: arn("targetgroup") }, "elasticloadbalancing DescribeTargetGroups", described("DescribeTargetGroups")],
    [{ of: "rule", name: arn("listener-rule") }, "elasticloadbalancing DescribeRules", described("DescribeRules")],
    [{ of: "listener", name: arn("listener") }, "elasticloadbalancing DescribeListeners", described("DescribeListeners")],
  ])("X11: that is there is done: $of", async (part, call, reply) => {
    expect(await answer(part, call, reply)).toMatchObject({ is: "done" });
    expect(wire.calls.map((one) => one.call)).toEqual([call]);
    expect(decodeURIComponent(wire.calls[0]?.body ?? "")).toContain(part.name);
  });

  // The errors: API references of Elastic Load Balancing (version 2015-12-01), Amazon ECS, AWS CodeDeploy, Amazon DynamoDB, and the status of what
  // is deleted those of Amazon ECS (DeleteService) and Amazon EC2 Auto Scaling (AutoScalingGroup).
  test.each<readonly [string, Part, string, Reply, string]>([
    ["a table", table, "dynamodb DescribeTable", jsonError("ResourceNotFoundException"), "there is no table ledger any more"],
    [
      "a table that goes",
      table,
      "dynamodb DescribeTable",
      json({ Table: { TableName: "ledger", TableStatus: "DELETING" } }),
      "there is no table ledger any more",
    ],
    [
      "a service that ECS never had",
      service,
      "ecs DescribeServices",
      json({ services: [], failures: [{ arn: "arn:aws:ecs:eu-west-1:111111111111:service/shop/web", reason: "MISSING" }] }),
      "there is no service web any more",
    ],
    ["a service that was deleted", service, "ecs DescribeServices", services("INACTIVE"), "there is no service web any more"],
    [
      "the cluster of a service",
      service,
      "ecs DescribeServices",
      jsonError("ClusterNotFoundException"),
      "there is no cluster shop any more",
    ],
    ["a fleet", fleet, "autoscaling DescribeAutoScalingGroups", fleets(""), "there is no fleet web-blue any more"],
    [
      "a fleet that goes",
      fleet,
      "autoscaling DescribeAutoScalingGroups",
      member("<Status>Delete in progress</Status>"),
      "there is no fleet web-blue any more",
    ],
    [
      "a deployment group",
      group,
      "codedeploy GetDeploymentGroup",
      jsonError("DeploymentGroupDoesNotExistException"),
      "there is no deployment group web any more",
    ],
    [
      "the application of a deployment group",
      group,
      "codedeploy GetDeploymentGroup",
      jsonError("ApplicationDoesNotExistException"),
      "there is no application shop any more",
    ],
    ...(
      [
        ["target group", "targetgroup", "TargetGroups", "TargetGroupNotFound"],
        ["rule", "listener-rule", "Rules", "RuleNotFound"],
        ["listener", "listener", "Listeners", "ListenerNotFound"],
      ] as const
    ).map(
      ([of, kind, described, code]) =>
        [
          `a ${of}`,
          { of, name: arn(kind) },
          `elasticloadbalancing Describe${described}`,
          queryError(code, "One or more do not exist", 400),
          `there is no ${of} ${arn(kind)} any more`,
        ] as const,
    ),
  ])("X10 X11: that somebody deleted is named: %s", async (_what, part, call, reply, because) => {
    expect(await answer(part, call, reply)).toEqual({ is: "to do", because });
  });

  test("X11: who may not look is told which permission it takes", async () => {
    const denied = queryError("AccessDenied", "User: x is not authorized to perform: elasticloadbalancing:DescribeRules", 403);
    expect(await answer({ of: "rule", name: arn("listener-rule") }, "elasticloadbalancing DescribeRules", denied)).toMatchObject({
      is: "refused",
      action: "elasticloadbalancing:DescribeRules",
    });
  });
});
