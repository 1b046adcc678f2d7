import type { Base64, GetAtt, Ref, Select, StackOutput, Sub, Value } from "../aws/value.ts";
import type { Attributes, Properties } from "./cloudformation.gen.ts";

/** The types of CloudFormation that plans know; generate/cloudformation/types.ts lists them. */
export type Type = keyof Properties;

/** What becomes of a resource when its stack is deleted or it is replaced: `snapshot` where AWS can take one. */
export type Keep = "destroy" | "retain" | "snapshot";

/** How the machines of a group take on a changed template: a new one is well before an old one goes. */
export interface Refresh {
  /** How much of the group is healthy meanwhile, and how much of it there may be in all, in % of its size. */
  readonly minHealthy: number;
  readonly maxHealthy: number;
  /** Seconds until a new machine counts. */
  readonly warmup: number;
}

/** What holds of a resource beside its properties. CloudFormation and Pulumi say it each in their own way. */
export interface Options<Property extends string = string> {
  /** Must exist first, though no reference says so. */
  readonly after?: readonly Resource[];
  /** Without it: destroy. */
  readonly keep?: Keep;
  /** AWS refuses to delete it until a person lifts this; an engine adds its own protection where it has one. */
  readonly protect?: boolean;
  /** For a group of machines: a changed template goes through it at once, and its sizes, which scaling or a release moved, stay. */
  readonly refresh?: Refresh;
  /** Properties that a release moves: engines set them at creation and never again. */
  readonly releaseOwns?: readonly Property[];
  /** Properties that it begins with: Pulumi sets them at creation and never again, while CloudFormation would make another in its place. */
  readonly begins?: readonly Property[];
  /** Ids of the requirements that this resource meets. */
  readonly proves?: readonly string[];
}

/** One resource of a stack; what it refers to in others is in its properties, as leaves. */
export interface Resource<T extends Type = Type> extends Options {
  /** The logical id, unique in its stack. */
  readonly id: string;
  /** What it is part of, such as `Network`. */
  readonly block: string;
  readonly type: T;
  readonly properties: Properties[T];
}

/** A named value of a stack, which people, tests, releases or other stacks read. */
export interface Output {
  readonly name: string;
  readonly value: Value<string>;
  readonly description: string;
}

/** One account × region × part of an environment, as data. */
export interface Stack {
  readonly name: string;
  readonly part: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly Resource[];
  readonly outputs: readonly Output[];
  /** Deleting the stack needs a person's word first. */
  readonly protect: boolean;
}

/** Everything that will exist in an environment. */
export interface Plan {
  readonly environment: string;
  readonly stacks: readonly Stack[];
}

/** Whether a resource is of a type. */
export const isA = <T extends Type>(resource: Resource, type: T): resource is Resource<T> => resource.type === type;

/** What `Ref` of a resource returns: mostly its name or id. */
export const ref = ({ id }: Resource): Ref => ({ Ref: id });

/** An attribute of a resource, which only AWS knows. */
export const att = <T extends Type>({ id }: Resource<T>, attribute: Attributes[T] & string): GetAtt => ({
  "Fn::GetAtt": [id, attribute],
});

/** A text with `${LogicalId}` or `${LogicalId.Attribute}` in it; `values` gives names of its own, also to outputs of other stacks. */
export const sub = (text: string, values?: Readonly<Record<string, Value<string>>>): Sub => ({
  "Fn::Sub": values ? [text, values] : text,
});

/** A text as EC2 takes user data. */
export const base64 = (text: Value<string>): Base64 => ({ "Fn::Base64": text });

/** The IPv6 addresses of a network that AWS gives it, once they are there; with `at` one of the first 32 blocks of /64 in them. */
export function ipv6Of(vpc: Resource<"AWS::EC2::VPC">, at?: number): Select {
  const whole: Select = { "Fn::Select": ["0", att(vpc, "Ipv6CidrBlocks")] };
  return at === undefined ? whole : { "Fn::Select": [String(at), { "Fn::Cidr": [whole, "32", "64"] }] };
}

/** An output of another stack of the plan. `roleArn` is needed where that stack is in another account. */
export const fromStack = (stack: Pick<Stack, "name" | "region">, output: string, roleArn?: string): StackOutput => ({
  "Fn::GetStackOutput": {
    StackName: stack.name,
    OutputName: output,
    Region: stack.region,
    ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
  },
});

/**
 * One key of a secret that holds JSON, read by CloudFormation at deployment and never written to the template (AWS CloudFormation user
 * guide, "Get a secret or secret value from Secrets Manager").
 */
export const secretValue = (secret: Resource<"AWS::SecretsManager::Secret">, key: string): Sub =>
  sub(`{{resolve:secretsmanager:\${${secret.id}}:SecretString:${key}}}`);
