import { type DynamoDBClient, PutItemCommand, QueryCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { UserError } from "../../base/errors.ts";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import { asked } from "./failure.ts";

interface Table {
  readonly client: DynamoDBClient;
  /** That of the environment's ledger. */
  readonly table: string;
  readonly environment: string;
}

/** The map of an environment beside its ledger, for machines that did not deploy it. The last deploy's map is the one that counts. */
export interface KeptMap {
  /** Undefined where no deploy kept one, after the environment was destroyed, and before its table is there. */
  read(): Promise<EnvironmentMap | undefined>;
  /** Puts a map in place of the one before, or none. False where the table is not there. */
  keep(map: EnvironmentMap | undefined): Promise<boolean>;
}

/** One item under a key that no ledger has, as a name of an environment has no `#`. It takes the rights that the ledger takes. */
export function keptMap({ client, table, environment }: Table): KeptMap {
  const key = { environment: { S: `${environment}#map` }, position: { N: "0" } };
  return {
    read: () =>
      asked(`read the map of ${environment}`, async () => {
        const { Items: [item] = [] } = await client
          .send(
            new QueryCommand({
              TableName: table,
              ConsistentRead: true,
              KeyConditionExpression: "#environment = :environment AND #position >= :position",
              ExpressionAttributeNames: { "#environment": "environment", "#position": "position" },
              ExpressionAttributeValues: { ":environment": key.environment, ":position": key.position },
            }),
          )
          .catch(absent({ Items: [] }));
        return item?.map?.S === undefined ? undefined : mapIn(item.map.S, table);
      }),
    keep: (map) =>
      asked(`keep the map of ${environment}`, async () => {
        const put = new PutItemCommand({ TableName: table, Item: { ...key, ...(map && { map: { S: JSON.stringify(map) } }) } });
        return (await client.send(put).catch(absent(undefined))) !== undefined;
      }),
  };
}

const absent =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (error instanceof ResourceNotFoundException) return instead;
    throw error;
  };

function mapIn(text: string, table: string): EnvironmentMap {
  const map: unknown = JSON.parse(text);
  // Of this form it was written whole by `keep`, and by nobody else.
  if (Reflect.get(Object(map), "v") === 1) return map as EnvironmentMap;
  throw new UserError("ledger/version", `the map in ${table} is of a newer form`, "use the version of Sluice that deployed last");
}
