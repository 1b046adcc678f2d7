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
/**
 * The ledger's table, with one condition: that there is no such item. A read that does not ask to be consistent may miss what was put last (Amazon
 * DynamoDB Developer Guide, "DynamoDB read consistency"), and here always does. A page is full after so many items; limits of size are ministack's
 * to show.
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
    on(
      QueryCommand,
      ({
        ConsistentRead = false,
        KeyConditionExpression = "",
        ExpressionAttributeValues: values = {},
        ScanIndexForward = true,
        Limit,
        ExclusiveStartKey,
      }) => {
        const at = ({ position }: Record<string, AttributeValue>): number => Number(position?.N);
        const bound = Number(values[":position"]?.N ?? Number.POSITIVE_INFINITY);
        const isIn = (position: number): boolean => (KeyConditionExpression.includes(">=") ? position >= bound : position < bound);
        const direction = ScanIndexForward ? 1 : -1;
        const all = (ConsistentRead ? items : items.slice(0, -1))
          .filter((item) => item.environment?.S === values[":environment"]?.S && isIn(at(item)))
          .filter((item) => !ExclusiveStartKey || direction * (at(item) - at(ExclusiveStartKey)) > 0)
          .sort((one, other) => direction * (at(one) - at(other)));
        const most = Math.min(Limit ?? full, full);
        const page = all.slice(0, most);
        // Whether there is more is not known before it is asked for (Amazon DynamoDB API Reference, Query: LastEvaluatedKey).
        const { environment, position } = page.at(-1) ?? {};
        return { Items: page, ...(page.length === most && environment && position && { LastEvaluatedKey: { environment, position } }) };
      },
    ),
  );
}
