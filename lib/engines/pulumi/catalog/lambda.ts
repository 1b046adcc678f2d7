import { entry } from "../entry.ts";

export const lambdaFunction = entry("AWS::Lambda::Function", "aws:lambda/function:Function", {
  ref: "name",
  attributes: { Arn: "arn" },
  fields: {
    Code: {
      to: ".",
      none: { ZipFile: "plan S3Bucket and S3Key, or ImageUri" },
    },
    DurableConfig: { to: "durableConfig", in: { RetentionPeriodInDays: "retentionPeriod" } },
  },
});

export const version = entry("AWS::Lambda::Version", "aws:lambda/function:Function", {
  ref: "qualifiedArn",
  attributes: { Version: "version", FunctionArn: "qualifiedArn" },
  fields: { FunctionName: "name" },
  rides: { on: "FunctionName", told: { publish: true }, suffix: "Version", keep: "retain" },
  lost: {
    Description: "it only makes CloudFormation publish again, which the provider does by itself with each change of code or settings",
  },
  none: {
    CodeSha256: "the provider publishes what it has just uploaded",
    FunctionScalingConfig: "versions scale as their function does",
    ProvisionedConcurrencyConfig: "use a resource of its own",
    RuntimePolicy: "use a resource of its own",
  },
});

export const alias = entry("AWS::Lambda::Alias", "aws:lambda/alias:Alias", {
  ref: "arn",
  attributes: { AliasArn: "arn" },
  none: { ProvisionedConcurrencyConfig: "use a resource of its own" },
});

export const invokeConfig = entry("AWS::Lambda::EventInvokeConfig", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig");

export const permission = entry("AWS::Lambda::Permission", "aws:lambda/permission:Permission", {
  ref: "statementId",
  fields: { FunctionName: "function" },
});
