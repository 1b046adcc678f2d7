import { allow, type Statement, viaService } from "../../aws/policy.ts";
import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import type { DatabaseConfig } from "./database-logs.ts";
import { appUsers, type SecretCopies } from "./database-secret.ts";
import { type FunctionNeeds, type LambdaFunction, lambdaFunction } from "./function.ts";
import { onceAlarm } from "./person-alarm.ts";

/** The secrets of a database, and where it and its proxy answer. */
export interface Rotating {
  readonly masterArn: Value<string>;
  readonly appArn: Value<string>;
  /** Of each account of the app, where a proxy has them. */
  readonly accountArns: readonly Value<string>[];
  readonly host: Value<string>;
  /** Host and port of the proxy, with a colon between. */
  readonly proxyAddress?: Value<string>;
  /** Where copies of the secrets go. */
  readonly copies?: SecretCopies;
}

interface RotationNeeds extends Pick<FunctionNeeds, "codeBucket" | "subnetIds" | "groupIds" | "logsKey" | "logDays"> {
  readonly database: DatabaseConfig;
  readonly port: number;
  readonly every: number;
  readonly rotating: Rotating;
  readonly secretsKeyArn: Value<string>;
  readonly topicArn: Value<string>;
  /** The ways to the database and to AWS, which the first rotation needs at once. */
  readonly after: readonly Resource[];
}

/**
 * Gives the administrator of the database and the accounts of the app new passwords, right after their creation and then every so many days
 * (A10, C19, ADR 0012; AWS Secrets Manager User Guide, "Rotation by Lambda function").
 */
export function rotation(block: Block, needs: RotationNeeds): LambdaFunction {
  const { site } = block;
  const { rotating, every } = needs;
  const made = lambdaFunction(block, {
    ...needs,
    thing: "rotation",
    description: "Gives the accounts of the database new passwords",
    // A proxy has a minute to learn of a new password, and a database that does not answer is asked three times.
    timeoutSeconds: 120,
    memory: 256,
    // The two secrets may come at once.
    concurrency: 2,
    statements: rights(site, needs),
    environment: environmentOf(needs),
  });
  const invoked = block.add(
    "Rotation permission",
    "AWS::Lambda::Permission",
    {
      Action: "lambda:InvokeFunction",
      FunctionName: ref(made),
      Principal: "secretsmanager.amazonaws.com",
      SourceAccount: site.account,
    },
    { proves: ["A10"] },
  );
  for (const [thing, secret] of [
    ["Master schedule", rotating.masterArn],
    ["App schedule", rotating.appArn],
  ] as const)
    block.add(
      thing,
      "AWS::SecretsManager::RotationSchedule",
      {
        SecretId: secret,
        RotationLambdaARN: att(made, "Arn"),
        RotationRules: { ScheduleExpression: `rate(${every} days)` },
        // What the secrets hold at their creation may be known to an engine's state: it is replaced at once.
        RotateImmediatelyOnUpdate: true,
      },
      { after: [invoked, ...needs.after], proves: ["A10", "C19"] },
    );
  alarmOn(block, made, needs.topicArn);
  return made;
}

/**
 * What the function may: the two secrets that it rotates, and to tell the proxy (the same guide, "Lambda rotation function execution role
 * permissions"). It makes its passwords itself.
 */
function rights({ region }: Site, { rotating, secretsKeyArn }: RotationNeeds): readonly Statement[] {
  const { masterArn, appArn, accountArns, copies } = rotating;
  return [
    allow({
      sid: "RotatesTheseSecrets",
      actions: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      resources: [masterArn, appArn],
    }),
    ...(accountArns.length === 0
      ? []
      : [allow({ sid: "TellsTheProxy", actions: "secretsmanager:PutSecretValue", resources: accountArns })]),
    allow({
      sid: "OpensAndSealsThem",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: secretsKeyArn,
      conditions: { StringEquals: viaService(region, "secretsmanager") },
    }),
    // Whoever writes a version also needs the right to seal its copies (AWS Secrets Manager API reference, ReplicateSecretToRegions).
    ...(copies
      ? [
          allow({
            sid: "SealsTheirCopies",
            actions: ["kms:Encrypt", "kms:GenerateDataKey"],
            resources: copies.keyArn,
            conditions: { StringEquals: { "kms:ViaService": [region, copies.region].map(throughSecrets) } },
          }),
        ]
      : []),
  ];
}

const throughSecrets = (region: Region): string => viaService(region, "secretsmanager")["kms:ViaService"];

/** Where everything is: the secrets hold user and password only. */
function environmentOf({ database, port, rotating }: RotationNeeds): Readonly<Record<string, Value<string>>> {
  const [first, second] = rotating.accountArns;
  const [firstUser, secondUser] = appUsers;
  return {
    ENGINE: database.engine,
    DATABASE_NAME: database.name,
    DATABASE_ADDRESS: sub(`\${Host}:${port}`, { Host: rotating.host }),
    MASTER_SECRET_ARN: rotating.masterArn,
    FIRST_USER: firstUser,
    SECOND_USER: secondUser,
    ...(rotating.proxyAddress !== undefined && { PROXY_ADDRESS: rotating.proxyAddress }),
    ...(first !== undefined && { FIRST_SECRET_ARN: first }),
    ...(second !== undefined && { SECOND_SECRET_ARN: second }),
    // The certificate authorities of Amazon RDS (AWS Lambda Developer Guide, "Building Lambda functions with Node.js": they are no longer loaded).
    NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
  };
}

/** A rotation that fails leaves everybody their passwords, and must be seen to before the next one. */
function alarmOn(block: Block, made: LambdaFunction, topicArn: Value<string>): void {
  onceAlarm(
    block,
    { thing: "Rotation alarm", name: "rotation-failed", topicArn, proves: ["A10", "A13"] },
    {
      AlarmDescription: "A rotation of the database's secrets failed; its log says why",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: ref(made) }],
      Statistic: "Sum",
      Period: 300,
    },
  );
}
