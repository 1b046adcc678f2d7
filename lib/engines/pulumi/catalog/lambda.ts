import { entry } from "../entry.ts";

export const lambdaFunction = entry("AWS::Lambda::Function", "aws:lambda/function:Function", {
  ref: "name",
  attributes: { Arn: "arn" },
  fields: {
    FunctionName: "name",
    Code: {
      to: ".",
      in: { SourceKMSKeyArn: "sourceKmsKeyArn", ImageUri: "imageUri" },
      none: { ZipFile: "plan S3Bucket and S3Key, or ImageUri" },
    },
    MemorySize: "memorySize",
    FileSystemConfigs: { to: "fileSystemConfig" },
    ReservedConcurrentExecutions: "reservedConcurrentExecutions",
  },
});

export const invokeConfig = entry("AWS::Lambda::EventInvokeConfig", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig");

export const permission = entry("AWS::Lambda::Permission", "aws:lambda/permission:Permission", {
  ref: "statementId",
  fields: { FunctionName: "function", PrincipalOrgID: "principalOrgId" },
});
