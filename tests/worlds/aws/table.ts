import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

/**
 * The ledger's table, with consistent reads and one condition: that there is no such item. A page is full after so many items; limits of size are
 * ministack's to show.
 */
export function tableOfItems(full = 3): DynamoDBClient {
  const items: Record<string, AttributeValue>[] = [];
  const isSame = (one: Record<string, AttributeValue>, other: Record<string, AttributeValue>) =>
    one.environment?.S === other.environment?.S && one.position?.N === other.position?.N;
  return faked(
    new DynamoDBClient({ region, credentials }),
    on(PutItemCommand, ({ Item = {}, ConditionExpression }) => {
      const at = items.findIndex((one) => isSame(one, Item));
      const there = items[at];
      if (there && ConditionExpression !== undefined)
        throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {}, Item: there });
      items.splice(there ? at : items.length, 1, Item);
      return {};
    }),
    on(QueryCommand, ({ ExpressionAttributeValues: { ":environment": of, ":position": from } = {}, ExclusiveStartKey: after }) => {
      const found = items.filter(({ environment, position }) => environment?.S === of?.S && Number(position?.N) >= Number(from?.N));
      const Items = found.slice(after ? found.findIndex((one) => isSame(one, after)) + 1 : 0).slice(0, full);
      // Whether there is more is not known before it is asked for (Amazon DynamoDB API Reference, Query: LastEvaluatedKey).
      const { environment = { S: "" }, position = { N: "" } } = Items.at(-1) ?? {};
      return { Items, ...(Items.length === full && { LastEvaluatedKey: { environment, position } }) };
    }),
  );
}
