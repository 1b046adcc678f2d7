import { arnOf } from "../../aws/arns.ts";
import { allow, anyResource, deny, policy, refuseWithoutTls, type Statement, trusts, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import { archiveName } from "../archives.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import { key } from "./key.ts";
import { logGroup } from "./logs.ts";
import { type Granted, role } from "./role.ts";

/** A function of ours, whose code a deploy takes to AWS. */
export type LambdaFunction = Resource<"AWS::Lambda::Function">;
type Queue = Resource<"AWS::SQS::Queue">;

/** What a function runs, in which network, and what it may use of the account. */
export interface FunctionNeeds {
  /** Its name, and that of its source in assets/functions. */
  readonly thing: Parameters<typeof archiveName>[0];
  readonly description: string;
  /** The bucket that holds the archive of its code. */
  readonly codeBucket: Value<string>;
  readonly timeoutSeconds: number;
  readonly memory: number;
  /** How many may run at once; as many are kept free for it. */
  readonly concurrency: number;
  /** What its code calls. */
  readonly statements: readonly Statement[];
  /** Its variables: no secrets. */
  readonly environment?: Readonly<Record<string, Value<string>>>;
  readonly subnetIds: readonly Value<string>[];
  readonly groupIds: readonly Value<string>[];
  readonly logsKey: Value<string>;
  readonly logDays: number;
}

/** Settings of a function that only some have. */
type More = Pick<LambdaFunction["properties"], "DurableConfig">;

/** A function of ours in the network that events invoke: one that it could not handle is tried twice more. */
export function lambdaFunction(block: Block, needs: FunctionNeeds): LambdaFunction {
  const made = functionInNetwork(block, needs);
  block.add(
    `${needs.thing} retries`,
    "AWS::Lambda::EventInvokeConfig",
    { FunctionName: ref(made), Qualifier: "$LATEST", MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
    { proves: ["C09"] },
  );
  return made;
}

/**
 * A function of ours in the network: its code by its digest, so that new code is a new key and is deployed; a log, traces, limits on time,
 * memory and number, and a queue for events that it could not handle (C09).
 */
export function functionInNetwork(block: Block, needs: FunctionNeeds, more: More = {}): LambdaFunction {
  const { site } = block;
  const { thing, subnetIds, groupIds } = needs;
  const name = block.name("function", thing);
  const lost = deadLetters(block, thing);
  const log = logGroup(block, thing, needs.logsKey, needs.logDays);
  const self = executionRole(block, name, needs, lost, [
    allow({ sid: "WritesItsLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: att(log, "Arn") }),
  ]);
  return block.add(
    `${thing} function`,
    "AWS::Lambda::Function",
    {
      FunctionName: name,
      Description: needs.description,
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Code: { S3Bucket: needs.codeBucket, S3Key: archiveName(thing) },
      Role: att(self.role, "Arn"),
      Timeout: needs.timeoutSeconds,
      MemorySize: needs.memory,
      ...(needs.environment && { Environment: { Variables: needs.environment } }),
      ReservedConcurrentExecutions: needs.concurrency,
      VpcConfig: { SubnetIds: subnetIds, SecurityGroupIds: groupIds },
      DeadLetterConfig: { TargetArn: att(lost.queue, "Arn") },
      LoggingConfig: { LogFormat: "Text", LogGroup: ref(log) },
      TracingConfig: { Mode: "Active" },
      ...more,
      Tags: site.tags,
    },
    { after: self.policies, proves: ["C09"] },
  );
}

interface Lost {
  readonly queue: Queue;
  readonly statements: readonly Statement[];
}

/** Where an event goes that failed every time, encrypted, TLS only, for two weeks, the longest that Amazon SQS keeps one. */
function deadLetters(block: Block, thing: string): Lost {
  const { site } = block;
  const encryption = att(key(block, `${thing}-lost`, `Encrypts what ${thing} could not handle`), "Arn");
  const queue = block.add(
    `${thing} lost queue`,
    "AWS::SQS::Queue",
    { QueueName: block.name("queue", `${thing}-lost`), KmsMasterKeyId: encryption, MessageRetentionPeriod: 14 * 86_400, Tags: site.tags },
    { proves: ["C09"] },
  );
  block.add(`${thing} lost queue policy`, "AWS::SQS::QueuePolicy", {
    Queues: [ref(queue)],
    PolicyDocument: policy(refuseWithoutTls("sqs:*", att(queue, "Arn"))),
  });
  return {
    queue,
    // Lambda sends with the function's own role (AWS Lambda Developer Guide, "Adding a dead-letter queue").
    statements: [
      allow({ sid: "KeepsWhatFailed", actions: "sqs:SendMessage", resources: att(queue, "Arn") }),
      allow({
        sid: "SealsWhatFailed",
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: encryption,
        conditions: { StringEquals: viaService(site.region, "sqs") },
      }),
    ],
  };
}

function executionRole(block: Block, name: string, needs: FunctionNeeds, lost: Lost, log: readonly Statement[]): Granted {
  const { site } = block;
  return role(block, needs.thing, needs.description, trusts("lambda.amazonaws.com"), [
    ...log,
    ...lost.statements,
    allow({ actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: anyResource("TracesKnowNoResource") }),
    ...joinsTheNetwork(site, name),
    ...needs.statements,
  ]);
}

/**
 * Lambda, but not the code in the function, makes network interfaces, whose ids nobody knows before (AWS Lambda Developer Guide, "Giving
 * Lambda functions access to resources in an Amazon VPC": required IAM permissions, and the best practice to deny the function's code).
 */
function joinsTheNetwork({ region, account }: Site, functionName: string): readonly Statement[] {
  const makes = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
  ];
  const looks = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
  return [
    allow({ sid: "MakesItsInterfaces", actions: makes, resources: arnOf(region, "ec2", account, "*/*") }),
    allow({ actions: looks, resources: anyResource("DescribingNetworksKnowsNoResource") }),
    deny({
      actions: [...makes, ...looks],
      resources: anyResource("CodeOfTheFunctionTouchesNoNetwork"),
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": arnOf(region, "lambda", account, `function:${functionName}`) } },
    }),
  ];
}
