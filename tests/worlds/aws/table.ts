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
    on(QueryCommand, ({ ExpressionAttributeValues: { ":environment": of, ":position": from } = {} }) => ({
      Items: items.filter(({ environment, position }) => environment?.S === of?.S && Number(position?.N) >= Number(from?.N)),
    })),
  );
}
