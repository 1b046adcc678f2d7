import { createHash } from "node:crypto";
import { arnOf, globalArn } from "../../lib/aws/arns.ts";
import type { PolicyDocument, Principal } from "../../lib/aws/policy.ts";
import { isRegion, type Region } from "../../lib/aws/regions.ts";
import type { Intrinsic, OneOrMany, Value } from "../../lib/aws/value.ts";
import type { Plan, Resource, Stack, Type } from "../../lib/plan/template.ts";
import type { ConcretePolicy } from "./evaluate.ts";

/** A plan as it could be once AWS has made it: names as the plan gives them, ids that AWS chooses made from logical ids. */
export interface Resolved {
  readonly plan: Plan;
  /** What `Ref` (without an attribute) or `Fn::GetAtt` of a resource returns. */
  of(part: string, id: string, attribute?: string): string;
  text(stack: Stack, value: Value<string>): string;
  /** Without a document: nothing is said. */
  policy(stack: Stack, document: PolicyDocument | undefined): ConcretePolicy;
}

interface Self {
  readonly region: Region;
  readonly account: string;
  /** Hexadecimal digits where AWS chooses a name. */
  readonly made: (digits: number) => string;
  /** A property that is a text. */
  readonly given: (property: string) => string;
  readonly arn: (service: string, resource: string) => string;
}

type Attributes = Readonly<Record<string, string>>;

const named =
  (service: string, property: string, before = "") =>
  (self: Self): Attributes => {
    const name = self.given(property);
    return { Ref: name, Name: name, Arn: self.arn(service, `${before}${name}`) };
  };

function keyMade(self: Self): Attributes {
  return { Ref: self.made(36), Arn: self.arn("kms", `key/${self.made(36)}`) };
}

/** AWS CloudFormation template reference, "Return values" of each type; the forms of ARNs are those of the Service Authorization Reference. */
const returns: Partial<Record<Type, (self: Self) => Attributes>> = {
  "AWS::CloudFront::Distribution": (self) => ({ Ref: `E${self.made(13).toUpperCase()}` }),
  "AWS::CloudWatch::Alarm": named("cloudwatch", "AlarmName", "alarm:"),
  "AWS::CodeBuild::Project": named("codebuild", "Name", "project/"),
  "AWS::CodeCommit::Repository": (self) => ({ ...named("codecommit", "RepositoryName")(self), Ref: self.made(36) }),
  "AWS::CodeDeploy::Application": named("codedeploy", "ApplicationName", "application:"),
  "AWS::CodeDeploy::DeploymentConfig": named("codedeploy", "DeploymentConfigName", "deploymentconfig:"),
  "AWS::CodeDeploy::DeploymentGroup": (self) => ({ Ref: self.given("DeploymentGroupName") }),
  "AWS::CodePipeline::Pipeline": (self) => ({ Ref: self.given("Name") }),
  "AWS::DynamoDB::Table": named("dynamodb", "TableName", "table/"),
  "AWS::ECR::Repository": (self) => ({
    ...named("ecr", "RepositoryName", "repository/")(self),
    RepositoryUri: `${self.account}.dkr.ecr.${self.region}.amazonaws.com/${self.given("RepositoryName")}`,
  }),
  "AWS::ECS::Cluster": named("ecs", "ClusterName", "cluster/"),
  "AWS::ECS::Service": (self) => {
    const name = self.given("ServiceName");
    return { Ref: self.arn("ecs", `service/${self.given("Cluster")}/${name}`), Name: name };
  },
  "AWS::ElasticLoadBalancingV2::Listener": (self) => ({
    Ref: `${self.given("LoadBalancerArn").replace(":loadbalancer/", ":listener/")}/${self.made(16)}`,
  }),
  "AWS::ElasticLoadBalancingV2::ListenerRule": (self) => ({
    Ref: `${self.given("ListenerArn").replace(":listener/", ":listener-rule/")}/${self.made(16)}`,
  }),
  "AWS::ElasticLoadBalancingV2::LoadBalancer": (self) => {
    const full = `app/${self.given("Name")}/${self.made(16)}`;
    return { Ref: self.arn("elasticloadbalancing", `loadbalancer/${full}`), LoadBalancerFullName: full };
  },
  "AWS::ElasticLoadBalancingV2::TargetGroup": (self) => ({
    Ref: self.arn("elasticloadbalancing", `targetgroup/${self.given("Name")}/${self.made(16)}`),
  }),
  "AWS::Events::Rule": (self) => ({ Ref: self.given("Name"), Arn: self.arn("events", `rule/${self.given("Name")}`) }),
  "AWS::IAM::OIDCProvider": (self) => {
    const arn = globalArn(self.region, "iam", self.account, `oidc-provider/${self.given("Url").replace("https://", "")}`);
    return { Ref: arn, Arn: arn };
  },
  "AWS::IAM::Role": (self) => {
    const name = self.given("RoleName");
    return { Ref: name, Arn: globalArn(self.region, "iam", self.account, `role/${name}`) };
  },
  "AWS::KMS::Key": keyMade,
  "AWS::KMS::ReplicaKey": keyMade,
  "AWS::Lambda::Function": (self) => {
    const name = self.given("FunctionName");
    return { Ref: name, Arn: self.arn("lambda", `function:${name}`) };
  },
  "AWS::Logs::LogGroup": (self) => {
    const name = self.given("LogGroupName");
    return { Ref: name, Arn: self.arn("logs", `log-group:${name}:*`) };
  },
  "AWS::S3::Bucket": (self) => ({ Ref: self.given("BucketName"), Arn: globalArn(self.region, "s3", "", self.given("BucketName")) }),
  "AWS::SNS::Topic": (self) => ({ Ref: self.arn("sns", self.given("TopicName")), TopicName: self.given("TopicName") }),
  "AWS::SQS::Queue": (self) => {
    const name = self.given("QueueName");
    return { Ref: `https://sqs.${self.region}.amazonaws.com/${self.account}/${name}`, Arn: self.arn("sqs", name) };
  },
  "AWS::SSM::Parameter": (self) => ({ Ref: self.given("Name") }),
  "AWS::SecretsManager::Secret": (self) => ({ Ref: self.arn("secretsmanager", `secret:${self.given("Name")}-${self.made(6)}`) }),
};

/** Whether a resource is of a type. */
export const isOf =
  <T extends Type>(type: T) =>
  (resource: Resource): resource is Resource<T> =>
    resource.type === type;

/** A key of one region or of several, or a replica of one. */
export const isKey = (resource: Resource): resource is Resource<"AWS::KMS::Key" | "AWS::KMS::ReplicaKey"> =>
  isOf("AWS::KMS::Key")(resource) || isOf("AWS::KMS::ReplicaKey")(resource);

export function resolve(plan: Plan): Resolved {
  const text = (stack: Stack, value: Value<string>): string => (typeof value === "string" ? value : leaf(stack, value));

  function attribute(stack: Stack, id: string, name: string): string {
    const resource = stack.resources.find((one) => one.id === id);
    if (!resource) throw new Error(`${stack.name} has no resource ${id}`);
    const { region, account } = stack;
    if (!isRegion(region)) throw new Error(`${region} is no region`);
    const self: Self = {
      region,
      account,
      made: (digits) => createHash("sha256").update(`${stack.name}/${id}`).digest("hex").slice(0, digits),
      given: (property) => {
        const value: unknown = new Map<string, unknown>(Object.entries(resource.properties)).get(property);
        if (typeof value === "string") return value;
        if (isIntrinsic(value)) return leaf(stack, value);
        throw new Error(`${id} has no text as ${property}`);
      },
      arn: (service, rest) => arnOf(region, service, account, rest),
    };
    const found = returns[resource.type]?.(self)[name];
    if (found === undefined) throw new Error(`what ${name} of a ${resource.type} (${id}) returns is not in the table of resolve.ts`);
    return found;
  }

  function leaf(stack: Stack, value: Intrinsic): string {
    if ("Ref" in value) return attribute(stack, value.Ref, "Ref");
    if ("Fn::GetAtt" in value) return attribute(stack, ...value["Fn::GetAtt"]);
    if ("Fn::Base64" in value) return Buffer.from(text(stack, value["Fn::Base64"])).toString("base64");
    if ("Fn::Sub" in value) {
      const [body, own] = typeof value["Fn::Sub"] === "string" ? [value["Fn::Sub"], {}] : value["Fn::Sub"];
      return body.replace(/\$\{([^}.]+)(?:\.([^}]+))?\}/g, (_, id: string, name = "Ref") => {
        const mine = own[id];
        return mine === undefined ? attribute(stack, id, name) : text(stack, mine);
      });
    }
    if ("Fn::Select" in value) throw new Error(`no policy of ${stack.name} names addresses`);
    const { StackName, OutputName, Region: region } = value["Fn::GetStackOutput"];
    const from = plan.stacks.find((one) => one.name === StackName && one.region === region);
    const output = from?.outputs.find(({ name }) => name === OutputName);
    if (!from || !output) throw new Error(`${stack.name} wants ${OutputName} of ${StackName} in ${region}, which is not there`);
    return text(from, output.value);
  }

  const texts = (stack: Stack, given: OneOrMany<Value<string>>): string[] =>
    (isList(given) ? given : [given]).map((one) => text(stack, one));

  return {
    plan,
    text,
    of: (part, id, name = "Ref") => attribute(stackOf(plan, part), id, name),
    policy: (stack, document) => ({
      Statement: (document?.Statement ?? []).map(({ Sid, Effect, Action, Principal, Resource, Condition }) => ({
        Effect,
        Action,
        ...(Sid !== undefined && { Sid }),
        ...(Principal !== undefined && { Principal: principal(Principal, (given) => texts(stack, given)) }),
        ...(Resource !== undefined && { Resource: texts(stack, Resource) }),
        ...(Condition && { Condition: mapped(Condition, (keys) => mapped(keys, (wanted) => texts(stack, wanted))) }),
      })),
    }),
  };
}

export function stackOf({ stacks }: Plan, part: string): Stack {
  const found = stacks.find((one) => one.part === part);
  if (!found) throw new Error(`the plan has no part ${part}`);
  return found;
}

const isList = <T>(given: OneOrMany<T>): given is readonly T[] => Array.isArray(given);

const mapped = <A, B>(given: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [key, change(value)]));

function principal(given: Principal, texts: (given: OneOrMany<Value<string>>) => string[]) {
  return given === "*" ? given : Object.fromEntries(Object.entries(given).map(([kind, who]) => [kind, texts(who)]));
}

const functions = ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Base64", "Fn::GetStackOutput"];

function isIntrinsic(value: unknown): value is Intrinsic {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && functions.includes(key);
}
