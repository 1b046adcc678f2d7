import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

/** The ledger's table, with consistent reads and one condition: that there is no such item. Limits of size and pages are ministack's to show. */
export function tableOfItems(): DynamoDBClient {
  const items: Record<string, AttributeValue>[] = [];
  return faked(
    new DynamoDBClient({ region, credentials }),
    on(PutItemCommand, ({ Item = {} }) => {
      const there = items.find(({ position }) => position?.N === Item.position?.N);
      if (there) throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {}, Item: there });
      items.push(Item);
      return {};
    }),
    on(QueryCommand, ({ ExpressionAttributeValues = {} }) => {
      const from = Number(ExpressionAttributeValues[":position"]?.N);
      return { Items: items.filter(({ position }) => Number(position?.N) >= from) };
    }),
  );
}
