import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** A shape of AWS's own model of a service, as botocore ships it. */
interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  /** Of a number, or of how many characters or items there are. */
  readonly min?: number;
  readonly max?: number;
  readonly error?: { readonly code?: string };
}

interface Model {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface Operation {
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
}

/** Folders of botocore by what a client of the SDK calls its service, or where that is not known what it signs for. */
const folders: Readonly<Record<string, string>> = {
  acm: "acm",
  "application-autoscaling": "application-autoscaling",
  cloudcontrolapi: "cloudcontrol",
  codedeploy: "codedeploy",
  ecs: "ecs",
  ecr: "ecr",
  kms: "kms",
  lambda: "lambda",
  monitoring: "cloudwatch",
  secretsmanager: "secretsmanager",
  servicequotas: "service-quotas",
  ssm: "ssm",
  dynamodb: "dynamodb",
  "Application Auto Scaling": "application-autoscaling",
  "Auto Scaling": "autoscaling",
  CloudFormation: "cloudformation",
  CloudTrail: "cloudtrail",
  "CloudWatch Logs": "logs",
  CloudFront: "cloudfront",
  "CloudFront KeyValueStore": "cloudfront-keyvaluestore",
  CloudWatch: "cloudwatch",
  CodeBuild: "codebuild",
  CodeDeploy: "codedeploy",
  DynamoDB: "dynamodb",
  EC2: "ec2",
  ECR: "ecr",
  ECS: "ecs",
  "Elastic Load Balancing v2": "elbv2",
  EventBridge: "events",
  KMS: "kms",
  Lambda: "lambda",
  RDS: "rds",
  "Secrets Manager": "secretsmanager",
  "Route 53": "route53",
  S3: "s3",
  "Service Quotas": "service-quotas",
  SNS: "sns",
  SSM: "ssm",
  STS: "sts",
};

/** The error of a stand-in that would have said something else. */
export const notInTheModel = "NotInTheModel";

/** What every service may answer whatever it was asked (AWS General Reference, "Common errors"), and what the SDK says by itself. */
const anywhere = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ExpiredToken",
  "ExpiredTokenException",
  "InternalFailure",
  "InvalidAction",
  notInTheModel,
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "Throttling",
  "ThrottlingException",
  "TimeoutError",
  "ValidationError",
  "ValidationException",
]);

/** botocore's models beside the emulators, which `.ci/run` installs: moto needs them. */
const data = (): string | undefined => {
  const { SLUICE_MOTO: moto } = process.env;
  if (moto === undefined || !path.isAbsolute(moto)) return undefined;
  return globSync(path.join(path.dirname(moto), "../lib/python3*/site-packages/botocore/data"))[0];
};

/** Why fakes are not held against AWS's models, or undefined. */
export const whyNoModels = (): string | undefined =>
  data() === undefined ? "SLUICE_MOTO does not name a moto_server that botocore is installed beside" : undefined;

const models = new Map<string, Model>();

function modelOf(service: string): Model | undefined {
  const place = data();
  if (place === undefined) return undefined;
  const folder = folders[service];
  if (folder === undefined) throw new Error(`name the folder of botocore's model of ${service} in tests/worlds/aws/model.ts`);
  const known = models.get(folder);
  if (known) return known;
  // The newest version of an API is the last one.
  const file = globSync(path.join(place, folder, "*/service-2.json*"))
    .sort()
    .at(-1);
  if (file === undefined || !existsSync(file)) throw new Error(`botocore has no model of ${folder}`);
  const bytes = readFileSync(file);
  const model: Model = JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
  models.set(folder, model);
  return model;
}

/** What is asked of a service, and what of it is looked at. */
export interface Asked {
  readonly service: string;
  readonly operation: string;
}

/** What a stand-in says in place of an answer that the service would not give. */
export const otherwise = (lines: readonly string[]): string => `AWS's own model of the service says otherwise:\n${lines.join("\n")}`;

/** What of a call's input AWS's model does not know, a line each; none where there is no model. */
export const wrongInput = (asked: Asked, input: unknown): readonly string[] => wrong(asked, "input", input);

/** The same of an answer. */
export const wrongOutput = (asked: Asked, output: unknown): readonly string[] => wrong(asked, "output", output);

/** The same of an answer as it goes over the wire in XML, where every simple value is a text. */
export const wrongText = (asked: Asked, output: unknown): readonly string[] => wrong(asked, "output", output, asText);

/** The same of one in JSON, where a time is a number of seconds. */
export const wrongJson = (asked: Asked, output: unknown): readonly string[] => wrong(asked, "output", output, inJson);

/** The same of a call in JSON. */
export const wrongJsonInput = (asked: Asked, input: unknown): readonly string[] => wrong(asked, "input", input, inJson);

function wrong({ service, operation }: Asked, side: "input" | "output", value: unknown, types = inTypes): readonly string[] {
  const model = modelOf(service);
  if (!model) return [];
  const known = model.operations[operation];
  if (!known) return [`${service} has no ${operation}`];
  const top = known[side];
  if (!top) return Object.keys(Object(value)).map((member) => `${operation} has no ${side}: ${member}`);
  return faults({ shapes: model.shapes, types, limits: side === "input" }, top.shape, value, `${operation} ${side}`);
}

/** Says so where the model lists errors of an operation and this is none of them; of Amazon S3, EC2 and others it lists none. */
export function wrongError({ service, operation }: Asked, name: string): readonly string[] {
  const model = modelOf(service);
  const known = model?.operations[operation]?.errors ?? [];
  if (!model || known.length === 0 || anywhere.has(name)) return [];
  const codes = known.flatMap(({ shape }) => [shape, model.shapes[shape]?.error?.code ?? shape]);
  return codes.includes(name) ? [] : [`${operation} answers no ${name}, but ${[...new Set(codes)].join(", ")}`];
}

/** Instance types come sooner than models, and of how many items a page holds botocore makes a text. */
const looser: readonly string[] = ["InstanceType", "PageMaxItems"];

interface By extends Pick<Model, "shapes"> {
  readonly types: Types;
  /** Whether limits are looked at: AWS refuses calls by them, and stand-ins tell of small things in its place. */
  readonly limits: boolean;
}

function faults(by: By, name: string, value: unknown, where: string): readonly string[] {
  const shape = by.shapes[name];
  if (looser.includes(name)) return [];
  if (!shape || value === undefined || value === null) return [];
  switch (shape.type) {
    case "structure":
      return structure(by, shape, Object(value), where);
    case "list":
      if (!Array.isArray(value)) return [`${where} is a list`];
      return [
        ...beyond(by, shape, value.length, where),
        ...value.flatMap((one, at) => faults(by, shape.member?.shape ?? "", one, `${where}.${at}`)),
      ];
    case "map":
      return Object.entries(Object(value)).flatMap(([key, one]) => faults(by, shape.value?.shape ?? "", one, `${where}.${key}`));
    default:
      return simple(by, shape, value, where);
  }
}

function structure(by: By, { required = [], members = {} }: Shape, value: object, where: string): readonly string[] {
  const missing = required.filter((member) => Reflect.get(value, member) === undefined).map((member) => `${where} needs ${member}`);
  const given = Object.entries(value).filter(([member, one]) => member !== "$metadata" && one !== undefined);
  const others = given.flatMap(([member, one]) => {
    const known = members[member];
    return known ? faults(by, known.shape, one, `${where}.${member}`) : [`${where} has no ${member}`];
  });
  return [...missing, ...others];
}

type Types = Readonly<Record<string, (value: unknown) => boolean>>;

/** Simple values as the SDK gives them. */
const inTypes: Types = {
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  long: Number.isInteger,
  float: (value) => typeof value === "number",
  double: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  timestamp: (value) => value instanceof Date,
};

const asText: Types = {
  string: (value) => typeof value === "string",
  integer: (value) => /^-?\d+$/.test(String(value)),
  long: (value) => /^-?\d+$/.test(String(value)),
  boolean: (value) => value === "true" || value === "false",
  timestamp: (value) => !Number.isNaN(Date.parse(String(value))),
};

const inJson: Types = { ...inTypes, timestamp: (value) => typeof value === "number" };

function simple(by: By, shape: Shape, value: unknown, where: string): readonly string[] {
  const { type, enum: values } = shape;
  if (by.types[type]?.(value) === false) return [`${where} is a ${type}, and not ${JSON.stringify(value)}`];
  const size = typeof value === "string" ? value.length : value;
  const out = typeof size === "number" ? beyond(by, shape, size, where) : [];
  if (out.length > 0) return out;
  return values === undefined || values.includes(String(value)) ? [] : [`${where} is one of ${values.join(", ")}, and not ${value}`];
}

function beyond({ limits }: By, { min, max }: Shape, size: number, where: string): readonly string[] {
  const fits = size >= (min ?? size) && size <= (max ?? size);
  return !limits || fits ? [] : [`${where} is of ${min ?? "any"} to ${max ?? "any"}, and not ${size}`];
}
