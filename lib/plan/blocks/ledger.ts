import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource } from "../template.ts";
import { key } from "./key.ts";

/** The table, and the key that whoever uses it has to be let use. */
export interface LedgerTable {
  readonly table: Resource<"AWS::DynamoDB::Table">;
  readonly keyArn: Value<string>;
}

/**
 * The record of an environment's releases (design, section 6): one item per entry, appended under a condition on its position, encrypted,
 * recoverable to any second of the last 35 days. Its stack is the first up and the last down
 * (X05, X06).
 */
export function ledger(block: Block): LedgerTable {
  const { site } = block;
  const encryption = key(block, "ledger", "Encrypts the record of this environment's releases");
  const table = block.add(
    "Ledger table",
    "AWS::DynamoDB::Table",
    {
      TableName: block.name("table", "ledger"),
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "environment", AttributeType: "S" },
        { AttributeName: "position", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "environment", KeyType: "HASH" },
        { AttributeName: "position", KeyType: "RANGE" },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: att(encryption, "Arn") },
      DeletionProtectionEnabled: site.protected,
      Tags: site.tags,
    },
    { keep: site.protected ? "retain" : "destroy", protect: site.protected, proves: ["X05", "X06"] },
  );
  return { table, keyArn: att(encryption, "Arn") };
}
