import { expect, it } from "vitest";
import type { Value } from "../../../lib/aws/value.ts";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import type { Graph, Node } from "../../../lib/engines/pulumi/graph.ts";
import { renderPlan } from "../../../lib/engines/pulumi/program.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { att, type Plan, type Resource, ref, sub } from "../../../lib/plan/template.ts";
import { byReleases } from "../../examples/b/plans.ts";
import { nativeConfig } from "../../examples/d/native.ts";
import { planOf, resource, stackOf } from "../cdk/plans.ts";
import { captured, exampleOf } from "./programs.ts";

const ofType = ({ resources }: Graph, type: string): readonly Node[] => resources.filter((one) => one.type === type);
const only = (graph: Graph, type: string): Node => {
  const [found, ...others] = ofType(graph, type);
  if (!found || others.length > 0) throw new Error(`the program has ${others.length + (found ? 1 : 0)} of ${type}`);
  return found;
};

const versioned = { Status: "Enabled" } as const;
const copy = resource("Copy", "AWS::S3::Bucket", { BucketName: "copy", VersioningConfiguration: versioned });
const role = resource("Role", "AWS::IAM::Role", { RoleName: "copies", AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } });
const rights = resource("Rights", "AWS::IAM::RolePolicy", {
  RoleName: ref(role),
  PolicyName: "copies",
  PolicyDocument: { Version: "2012-10-17", Statement: [] },
});
const bucket = (more: Partial<Resource> = {}): Resource => ({
  ...resource(
    "Files",
    "AWS::S3::Bucket",
    {
      BucketName: "files",
      ReplicationConfiguration: { Role: att(role, "Arn"), Rules: [{ Status: "Enabled", Destination: { Bucket: att(copy, "Arn") } }] },
      VersioningConfiguration: versioned,
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    },
    { after: [rights] },
  ),
  ...more,
});

it("B18 replication waits until both buckets keep versions, and its role has its rights, whatever order a plan says them in", async () => {
  const graph = await captured(planOf(stackOf("all", [bucket(), rights, role, copy])));
  const { dependencies } = only(graph, "aws:s3/bucketReplicationConfig:BucketReplicationConfig");
  const versions = ofType(graph, "aws:s3/bucketVersioning:BucketVersioning").map(({ urn }) => urn);
  expect(versions.length).toBe(2);
  expect(dependencies).toEqual(expect.arrayContaining([...versions, only(graph, "aws:iam/rolePolicy:RolePolicy").urn]));
});

it("B10 D10 what is kept keeps each resource that holds a part of it, and what is protected is protected", async () => {
  const kept = await captured(planOf(stackOf("all", [bucket({ keep: "retain", protect: true }), rights, role, copy])));
  const files = kept.resources.filter(({ name }) => name.startsWith("shop-test-all-Files"));
  expect(files.map(({ retainOnDelete }) => retainOnDelete)).toEqual([true, true, true, true]);
  expect(files.filter(({ protect }) => protect).map(({ name }) => name)).toEqual(["shop-test-all-Files"]);
  const rest = kept.resources.filter((one) => one.custom && !files.includes(one));
  expect(rest.some(({ protect, retainOnDelete }) => protect || retainOnDelete)).toBe(false);
});

it("B10 X08 what has a name of its own is made before the old one goes, whose name then stops the deploy and keeps the data", async () => {
  const group = resource("Group", "AWS::RDS::DBParameterGroup", { DBParameterGroupName: "mysql", Family: "mysql8.4", Description: "TLS" });
  const database = resource("Database", "AWS::RDS::DBInstance", { DBInstanceIdentifier: "shop", DBInstanceClass: "db.t4g.micro" });
  const joined = resource("Joined", "AWS::EC2::SubnetRouteTableAssociation", { SubnetId: "subnet-1", RouteTableId: "rtb-1" });
  const { resources } = await captured(planOf(stackOf("all", [group, database, copy, joined])));
  const said = (id: string) => resources.find(({ name }) => name === `shop-test-all-${id}`)?.deleteBeforeReplace;
  expect(["Group", "Database", "Copy"].map(said)).toEqual([false, false, false]);
  // What holds a part of it and what has no name: as the provider does.
  expect(["Copy-BucketVersioning", "Joined"].map(said)).toEqual([undefined, undefined]);
});

it("D10 B10 the last snapshot of a database is called otherwise each time that one of its name is made and deleted", async () => {
  const leaving = (id: string, DBInstanceIdentifier: Value<string>): Resource =>
    resource(id, "AWS::RDS::DBInstance", { DBInstanceIdentifier, DBInstanceClass: "db.t4g.micro" }, { keep: "snapshot" });
  const gone = resource("Gone", "AWS::RDS::DBInstance", { DBInstanceIdentifier: "gone", DBInstanceClass: "db.t4g.micro" });
  const graph = await captured(planOf(stackOf("all", [leaving("Shop", "shop"), leaving("Unsaid", ref(role)), gone, role])));
  const endings = ofType(graph, "random:index/randomId:RandomId");
  // Each of its own, which nothing but a new one changes.
  expect(endings.map(({ name, inputs }) => [name, inputs])).toEqual([
    ["shop-test-all-Shop-Ending", { byteLength: 4 }],
    ["shop-test-all-Unsaid-Ending", { byteLength: 4 }],
  ]);
  const [shop = -1, unsaid = -1] = endings.map((one) => graph.resources.indexOf(one));
  const databases = ofType(graph, "aws:rds/instance:Instance").map(({ name, inputs }) => [name, inputs.finalSnapshotIdentifier]);
  expect(Object.fromEntries(databases)).toEqual({
    "shop-test-all-Shop": `shop-final-⟦${shop}.hex⟧`,
    "shop-test-all-Unsaid": `database-final-⟦${unsaid}.hex⟧`,
    "shop-test-all-Gone": undefined,
  });
});

it("C01 stacks of two accounts are made by a provider each, in the region of the stack, and a role is taken on in its own account alone", async () => {
  const roles = [{ roleArn: "arn:aws:iam::222222222222:role/deploy" }];
  const topic = (id: string) => resource(id, "AWS::SNS::Topic", { TopicName: id });
  const plan = planOf(
    stackOf("one", [topic("Ours")], { region: "eu-west-1" }),
    stackOf("two", [topic("Theirs"), role], { account: "222222222222", region: "us-east-1" }),
    stackOf("three", [topic("Far")], { account: "222222222222", region: "eu-central-1" }),
  );
  const graph = await capture({ project: "test", stack: "test", config: { "aws:assumeRoles": JSON.stringify(roles) } }, () => {
    renderPlan(plan);
    return undefined;
  });
  const providers = ofType(graph, "pulumi:providers:aws");
  expect(providers.map(({ inputs }) => [inputs.allowedAccountIds, inputs.assumeRoles])).toEqual([
    ['["111111111111"]', undefined],
    ['["222222222222"]', JSON.stringify(roles)],
  ]);
  const made = graph.resources.filter(({ type }) => type.startsWith("aws:"));
  expect(
    made.map(({ name, provider, inputs }) => [name, providers.findIndex(({ urn }) => provider.startsWith(urn)), inputs.region]),
  ).toEqual([
    ["shop-test-one-Ours", 0, "eu-west-1"],
    ["shop-test-two-Theirs", 1, "us-east-1"],
    // IAM has no region.
    ["shop-test-two-Role", 1, undefined],
    ["shop-test-three-Far", 1, "eu-central-1"],
  ]);
});

it("B17 the URN of a resource stays the same when other things are added to its stack, its block and the plan", async () => {
  const before = await captured(planOf(stackOf("all", [rights, role])));
  const queue = resource("Queue", "AWS::SQS::Queue", { QueueName: "shop" });
  const after = await captured(planOf(stackOf("other", [queue]), stackOf("all", [queue, { ...copy, block: "Other" }, rights, role])));
  const urns = after.resources.map(({ urn }) => urn);
  expect(before.resources.filter(({ urn }) => !urns.includes(urn)).map(({ urn }) => urn)).toEqual([]);
});

const restored = "dbName kmsKeyId password snapshotIdentifier storageEncrypted username";
const held = {
  "of machines by name": [
    buildPlan(byReleases, "production"),
    [
      "autoscaling/group:Group desiredCapacity maxSize minSize",
      `rds/instance:Instance ${restored}`,
      "route53/record:Record weightedRoutingPolicies[0].weight",
      "ssm/parameter:Parameter insecureValue",
    ],
  ],
  "that CodeDeploy moves": [
    buildPlan(await exampleOf("e-cross-account-pipeline"), "production"),
    ["ecs/service:Service desiredCount loadBalancers taskDefinition", "lb/listener:Listener defaultActions"],
  ],
  "that ECS moves": [
    buildPlan(nativeConfig, "production"),
    ["ecs/service:Service desiredCount taskDefinition", "lb/listenerRule:ListenerRule actions"],
  ],
} as const;

it.each(Object.entries(held))(
  "B07 D05 what a release %s moves, and nothing else, is set when it is made and never again",
  async (_of, [plan, wanted]) => {
    const { resources } = await captured(plan);
    const left = resources.filter(({ type, ignoreChanges }) => ignoreChanges.length > 0 && !type.endsWith(":SecretVersion"));
    const told = left.map(({ type, ignoreChanges }) => `${type.replace("aws:", "")} ${[...ignoreChanges].sort().join(" ")}`);
    expect([...new Set(told)].sort()).toEqual(wanted);
  },
);

it("C05 what AWS says reaches the text of rules and the values of parameters, wherever it stands in them", async () => {
  const limits = resource("Limits", "AWS::SSM::Parameter", { Name: "limits", Type: "String", Value: "9" });
  const Rules = [
    {
      Name: "known",
      Priority: 0,
      Statement: { IPSetReferenceStatement: { Arn: sub("arn:aws:wafv2:::ipset/${Limits}") } },
      VisibilityConfig: { CloudWatchMetricsEnabled: true, MetricName: "known", SampledRequestsEnabled: true },
    },
  ];
  const VisibilityConfig = { CloudWatchMetricsEnabled: true, MetricName: "all", SampledRequestsEnabled: true };
  const acl = resource("Acl", "AWS::WAFv2::WebACL", {
    Name: "acl",
    Scope: "REGIONAL",
    DefaultAction: { Allow: {} },
    VisibilityConfig,
    Rules,
  });
  const group = resource("Group", "AWS::RDS::DBParameterGroup", {
    DBParameterGroupName: "mysql",
    Family: "mysql8.4",
    Description: "Limits",
    Parameters: { max_connections: ref(limits) },
  });
  const graph = await captured(planOf(stackOf("all", [limits, acl, group])));
  expect(JSON.parse(String(only(graph, "aws:wafv2/webAcl:WebAcl").inputs.ruleJson))).toMatchObject([
    { Name: "known", Statement: { IPSetReferenceStatement: { Arn: expect.stringMatching(/ipset\/⟦\d+\.name⟧$/) } } },
  ]);
  expect(only(graph, "aws:rds/parameterGroup:ParameterGroup").inputs.parameters).toMatchObject([
    { name: "max_connections", value: expect.stringMatching(/^⟦\d+\.name⟧$/) },
  ]);
});

it("B16 a password that a random one cannot be is refused, and nothing of it is passed over", async () => {
  const GenerateSecretString = { GenerateStringKey: "password", ExcludeCharacters: "x" };
  const secret = { id: "Secret", block: "Test", type: "AWS::SecretsManager::Secret", properties: { Name: "shop", GenerateSecretString } };
  await expect(captured(template([secret]))).rejects.toThrow("a random password is not made by ExcludeCharacters");
});

/** What others wrote, as a plan that no type has checked. */
const template = (resources: readonly object[]): Plan =>
  JSON.parse(JSON.stringify({ environment: "test", stacks: [{ ...stackOf("all", []), resources }] }));

it("X10 what CloudFormation would fill in and Pulumi cannot is refused, all of it at once, before anything is made", async () => {
  const values = {
    Region: { Ref: "AWS::Region" },
    Lost: { Ref: "Gone" },
    Colour: { "Fn::GetAtt": ["Queue", "Colour"] },
    Import: { "Fn::ImportValue": "x" },
    Text: { "Fn::Sub": "${Gone.Arn} {{resolve:ssm:/x}}" },
    Pick: { "Fn::Select": ["0", ["a"]] },
    Read: { "Fn::GetStackOutput": { StackName: "none", OutputName: "X", Region: "eu-west-1" } },
    Fine: { "Fn::Sub": "arn:aws:sns:eu-west-1:1:${Queue.QueueName}" },
  };
  const queue = resource("Queue", "AWS::SQS::Queue", { QueueName: "shop" });
  const made = Object.entries(values).map(([id, value]) => ({
    id,
    block: "Test",
    type: "AWS::SNS::Topic",
    properties: { DisplayName: value },
  }));
  const refused = await captured(template([queue, ...made])).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "engine/unresolvable",
    details: [
      "shop-test-all/Region: AWS::Region is known before a deploy; write its value",
      "shop-test-all/Lost: refers to Gone, which the stack does not have",
      expect.stringMatching(/^shop-test-all\/Colour: AWS::SQS::Queue: the attribute Colour has no output/),
      "shop-test-all/Import: Fn::ImportValue is no function that Pulumi is told",
      "shop-test-all/Text: {{resolve:ssm:/x}} is read by CloudFormation alone",
      "shop-test-all/Text: refers to Gone, which the stack does not have",
      expect.stringMatching(/^shop-test-all\/Pick: Fn::Select chooses from the IPv6 addresses/),
      "shop-test-all/Read: reads X of none, which the plan does not have",
    ],
  });
});

it("X10 types that the catalog does not have are refused, all at once, each with the nearest that it has", async () => {
  const types = ["AWS::S3::Buckett", "AWS::Athena::WorkGroup"];
  const strange = types.map((type, at) => ({ id: `Strange${at}`, block: "Test", type, properties: {} }));
  await expect(captured(template(strange))).rejects.toMatchObject({
    code: "engine/unknown-type",
    message: expect.stringContaining("AWS::Athena::WorkGroup, AWS::S3::Buckett"),
    details: [expect.stringMatching(/^AWS::Athena::WorkGroup: /), expect.stringMatching(/^AWS::S3::Buckett: AWS::S3::Bucket/)],
  });
});
