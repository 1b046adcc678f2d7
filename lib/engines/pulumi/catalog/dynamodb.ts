import { isTree } from "../codecs.ts";
import { entry } from "../entry.ts";

/** The keys are arguments of their own in Pulumi. */
export const table = entry("AWS::DynamoDB::Table", "aws:dynamodb/table:Table", {
  ref: "name",
  attributes: { Arn: "arn" },
  fields: {
    AttributeDefinitions: { to: "attributes", in: { AttributeName: "name", AttributeType: "type" } },
    PointInTimeRecoverySpecification: { to: "pointInTimeRecovery", in: { PointInTimeRecoveryEnabled: "enabled" } },
    SSESpecification: {
      to: "serverSideEncryption",
      in: { SSEEnabled: "enabled", KMSMasterKeyId: "kmsKeyArn" },
      none: { SSEType: "a customer's key is the only kind" },
    },
    TimeToLiveSpecification: { to: "ttl" },
    ProvisionedThroughput: { to: ".", in: { ReadCapacityUnits: "readCapacity", WriteCapacityUnits: "writeCapacity" } },
  },
  none: {
    GlobalSecondaryIndexes: "no plan has an index",
    LocalSecondaryIndexes: "no plan has an index",
  },
  code: {
    handles: ["KeySchema"],
    arguments: ["hashKey", "rangeKey"],
    inside: { "AWS::DynamoDB::Table.SSESpecification": ["SSEType"] },
    forward(properties, args) {
      // A customer's key is the only kind that there is, so Pulumi says none.
      if (isTree(properties.SSESpecification)) {
        const { SSEType: _kind, ...said } = properties.SSESpecification;
        properties.SSESpecification = said;
      }
      for (const { AttributeName, KeyType } of keysOf(properties.KeySchema))
        args[KeyType === "HASH" ? "hashKey" : "rangeKey"] = AttributeName;
    },
    back(args, properties) {
      const { SSESpecification: said } = properties;
      if (isTree(said) && said.KMSMasterKeyId !== undefined) properties.SSESpecification = { ...said, SSEType: "KMS" };
      properties.KeySchema = [
        { AttributeName: args.hashKey, KeyType: "HASH" },
        ...(args.rangeKey === undefined ? [] : [{ AttributeName: args.rangeKey, KeyType: "RANGE" }]),
      ];
    },
  },
});

const keysOf = (value: unknown): readonly { readonly AttributeName?: unknown; readonly KeyType?: unknown }[] =>
  Array.isArray(value) ? value : [];
