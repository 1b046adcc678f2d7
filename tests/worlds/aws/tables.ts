import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** The ledger's table as the plan has it, under a name of the test's own and without what emulators do not do. */
export const ledgerTable = (name: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "environment", AttributeType: "S" },
    { AttributeName: "position", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "environment", KeyType: "HASH" },
    { AttributeName: "position", KeyType: "RANGE" },
  ],
});
