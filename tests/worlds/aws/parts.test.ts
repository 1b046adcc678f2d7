import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Part, Question } from "../../../lib/ports/account.ts";
import { awsAccount } from "../../../lib/worlds/aws/account.ts";
import { processEnvironment } from "./process-environment.ts";
import { jsonError, parameter, queryError } from "./replies.ts";
import { asking, environmentOf, json, openWire, type Reply, type Wire, xml } from "./wire.ts";

const arn = (kind: string): string => `arn:aws:elasticloadbalancing:eu-west-1:111111111111:${kind}/app/shop/0123456789abcdef`;
const service: Part = { of: "service", cluster: "shop", name: "web" };
const fleet: Part = { of: "fleet", name: "web-blue" };
const group: Part = { of: "deployment group", application: "shop", name: "web" };
const table: Part = { of: "table", name: "ledger" };
const target: Part = { of: "scaling target", cluster: "shop", name: "web" };
const slot: Part = { of: "parameter", name: "/shop/test/euw1/blue/release" };
const host: Part = { of: "function", name: "arn:aws:lambda:eu-west-1:111111111111:function:shop-test-euw1-release:live" };
const record: Part = { of: "record", name: "A blue of shop.example.com", zone: "Z1", domain: "shop.example.com", type: "A", set: "blue" };
const described = (what: string, inner = ""): Reply => xml(`<${what}Response><${what}Result>${inner}</${what}Result></${what}Response>`);
const fleets = (inner: string): Reply => described("DescribeAutoScalingGroups", `<AutoScalingGroups>${inner}</AutoScalingGroups>`);
const member = (more = ""): Reply => fleets(`<member><AutoScalingGroupName>web-blue</AutoScalingGroupName>${more}</member>`);
const services = (status: string): Reply => json({ services: [{ serviceName: "web", status }], failures: [] });
const targets = (...ids: readonly string[]): Reply =>
  json({
    ScalableTargets: ids.map((ResourceId) => ({
      ServiceNamespace: "ecs",
      ResourceId,
      ScalableDimension: "ecs:service:DesiredCount",
      MinCapacity: 1,
      MaxCapacity: 4,
      RoleARN: "arn:aws:iam::111111111111:role/scales",
      CreationTime: 1_700_000_000,
    })),
  });
/** Records as Route 53 tells them, each by its name, type and set; `next`: by what the next page begins. */
const records = (sets: readonly (readonly [name: string, type: string, set: string])[], next = ""): Reply =>
  xml(
    `<ListResourceRecordSetsResponse><ResourceRecordSets>${sets
      .map(
        ([name, type, set]) =>
          `<ResourceRecordSet><Name>${name}.</Name><Type>${type}</Type><SetIdentifier>${set}</SetIdentifier><Weight>0</Weight></ResourceRecordSet>`,
      )
      .join(
        "",
      )}</ResourceRecordSets><IsTruncated>${next !== ""}</IsTruncated>${next}<MaxItems>300</MaxItems></ListResourceRecordSetsResponse>`,
  );
const domain = "shop.example.com";
const others = [
  [domain, "A", "green"],
  [domain, "AAAA", "blue"],
  ["www.example.com", "A", "blue"],
] as const;

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
    [target, "application-autoscaling DescribeScalableTargets", targets("service/shop/web")],
    [slot, "ssm GetParameter", parameter("s3://releases/1")],
    [host, "lambda GetFunctionConfiguration", json({ FunctionName: "shop-test-euw1-release", State: "Active" })],
  ])("X11: that is there is done: $of", async (part, call, reply) => {
    expect(await answer(part, call, reply)).toMatchObject({ is: "done" });
    expect(wire.calls.map((one) => one.call)).toEqual([call]);
    if (part.of !== "function") expect(decodeURIComponent(wire.calls[0]?.body ?? "")).toContain(part.name);
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
    [
      "what scales a service",
      target,
      "application-autoscaling DescribeScalableTargets",
      targets(),
      "there is no scaling target web any more",
    ],
    [
      "the parameter of a slot",
      slot,
      "ssm GetParameter",
      jsonError("ParameterNotFound"),
      "there is no parameter /shop/test/euw1/blue/release any more",
    ],
    [
      "a record, though others of its name, type and slot are there",
      record,
      "route53 ListResourceRecordSets",
      records(others),
      "there is no record A blue of shop.example.com any more",
    ],
    [
      "the function that releases",
      host,
      "lambda GetFunctionConfiguration",
      { ...jsonError("ResourceNotFoundException"), status: 404, headers: { "x-amzn-errortype": "ResourceNotFoundException" } },
      `there is no function ${host.name} any more`,
    ],
    [
      "the zone of a record",
      record,
      "route53 ListResourceRecordSets",
      queryError("NoSuchHostedZone", "No hosted zone found with ID: Z1", 404),
      "there is no zone Z1 any more",
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

  test("X11: a record is found on a later page of its name", async () => {
    const next = `<NextRecordName>${domain}.</NextRecordName><NextRecordType>AAAA</NextRecordType><NextRecordIdentifier>blue</NextRecordIdentifier>`;
    const [first] = others;
    wire.say("route53 ListResourceRecordSets", records([first], next), records([[domain, "AAAA", "blue"]]));
    const account = awsAccount({ region: "eu-west-1", limit: duration(10_000), nameServers: async () => [] });
    const asked = account.answer({ kind: "part", region: "eu-west-1", account: asking.account, ...record, type: "AAAA" });
    expect(await asked).toMatchObject({ is: "done" });
  });

  const words = (action: string): string => `User: x is not authorized to perform: ${action}`;
  test.each<readonly [Part, string, Reply, string]>([
    [
      { of: "rule", name: arn("listener-rule") },
      "elasticloadbalancing DescribeRules",
      queryError("AccessDenied", words("elasticloadbalancing:DescribeRules"), 403),
      "elasticloadbalancing:DescribeRules",
    ],
    [
      target,
      "application-autoscaling DescribeScalableTargets",
      jsonError("AccessDeniedException", words("application-autoscaling:DescribeScalableTargets")),
      "application-autoscaling:DescribeScalableTargets",
    ],
    [slot, "ssm GetParameter", jsonError("AccessDeniedException", "no"), "ssm:GetParameter"],
    [host, "lambda GetFunctionConfiguration", jsonError("AccessDeniedException", "no"), "lambda:GetFunctionConfiguration"],
    [record, "route53 ListResourceRecordSets", queryError("AccessDenied", "no", 403), "route53:ListResourceRecordSets"],
  ])("X11: who may not look is told which permission it takes, and nothing is said to be gone: $of", async (part, call, denied, action) => {
    expect(await answer(part, call, denied)).toMatchObject({ is: "refused", action });
  });
});
