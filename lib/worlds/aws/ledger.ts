import { createHash, randomUUID } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { UserError } from "../../base/errors.ts";
import { type Appended, type Draft, type Entry, isEntry, isRecord, type Ledger } from "../../ports/ledger.ts";
import { asked } from "./failure.ts";

/** What was read and checked of a ledger so far. */
interface Known {
  readonly entries: readonly Entry[];
  /** SHA-256 of the last entry's line, or 64 zeros before the first. */
  readonly hash: string;
}

const nothing: Known = { entries: [], hash: "0".repeat(64) };

interface Table {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly environment: string;
}

/**
 * A ledger as items of a DynamoDB table: an environment's entries by position, each line bound to the one before it. An entry is put only where
 * none is and follows only one that is there, so any number of writers may try. Every read is strongly consistent (Amazon DynamoDB
 * Developer Guide, "DynamoDB read consistency"). Nobody sees on AWS whether a process lives: `isGone` is for whoever can ask.
 */
export function tableLedger({ isGone, ...of }: Table & Pick<Ledger, "isGone">): Ledger {
  const { table } = of;
  let known = nothing;

  const catchUp = async (): Promise<Known> => {
    const before = known;
    // The last one again, which shows whether this is still the ledger that was read.
    const overlap = before.entries.length > 0 ? 1 : 0;
    const items = await itemsFrom(of, before.entries.length - overlap);
    if (overlap > 0 && hashOf(lineOf(items[0])) !== before.hash)
      throw damaged(of, before.entries.length - 1, "it is not what was read before");
    const now = follow(of, before, items.slice(overlap));
    // Two reads at once: the longer one counts.
    if (now.entries.length > known.entries.length) known = now;
    return now;
  };

  const append = async (expected: number, draft: Draft): Promise<Appended> => {
    const { entries, hash } = known.entries.length === expected ? known : await catchUp();
    if (entries.length !== expected) return { is: "fenced", next: entries.length };
    const { release, step, attempt, at, holder, kind, body } = draft;
    const entry: Entry = { v: 1, release, position: expected, step, attempt, at, holder, kind, body, prevHash: hash };
    if (await put(of, expected, JSON.stringify(entry))) return { is: "appended", position: expected, room: "ok" };
    return { is: "fenced", next: (await catchUp()).entries.length };
  };

  return {
    read: () => asked(`read the ledger ${table}`, async () => (await catchUp().catch(gone(of))).entries),
    append: (expected, draft) => asked(`write the ledger ${table}`, () => append(expected, draft).catch(gone(of))),
    isGone,
  };
}

/** AWS's words for a table that nobody made, or that was deleted by hand (Amazon DynamoDB Developer Guide, "Error messages and codes"). */
const gone =
  ({ table, environment }: Table) =>
  (error: unknown): never => {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    throw new UserError("world/changed", `the ledger ${table} is not there`, `make it again with: sluice deploy ${environment}`);
  };

async function itemsFrom({ client, table, environment }: Table, position: number): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: "#environment = :environment AND #position >= :position",
        ExpressionAttributeNames: { "#environment": "environment", "#position": "position" },
        ExpressionAttributeValues: { ":environment": { S: environment }, ":position": { N: String(position) } },
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

/** Puts a line where none is; false where one is. */
async function put({ client, table, environment }: Table, position: number, line: string): Promise<boolean> {
  // The SDK repeats a request whose answer was lost: then the item that stands in the way is our own.
  const writer = randomUUID();
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { environment: { S: environment }, position: { N: String(position) }, entry: { S: line }, writer: { S: writer } },
        ConditionExpression: "attribute_not_exists(#position)",
        ExpressionAttributeNames: { "#position": "position" },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item?.writer?.S === writer;
    throw error;
  }
}

type Item = Readonly<Record<string, AttributeValue>>;

const hashOf = (line: string): string => createHash("sha256").update(line).digest("hex");
const lineOf = (item: Item | undefined): string => item?.entry?.S ?? "";

/** The chain with further items. Throws what is wrong with one of them. */
function follow(of: Table, before: Known, items: readonly Item[]): Known {
  const entries = [...before.entries];
  let { hash } = before;
  for (const item of items) {
    const line = lineOf(item);
    const entry = parse(line);
    const position = entries.length;
    if (isRecord(entry) && typeof entry.v === "number" && entry.v !== 1) {
      throw new UserError(
        "ledger/version",
        `position ${position} has version ${entry.v}; this Sluice reads version 1`,
        "use the Sluice that wrote it, or a newer one",
      );
    }
    if (!isEntry(entry)) throw damaged(of, position, "it is not an entry");
    if (entry.position !== position || item.position?.N !== String(position))
      throw damaged(of, position, `it says position ${entry.position}`);
    if (entry.prevHash !== hash) throw damaged(of, position, "it does not follow from the one before it");
    entries.push(entry);
    hash = hashOf(line);
  }
  return { entries, hash };
}

function damaged({ table, environment }: Table, position: number, why: string): UserError {
  return new UserError(
    "ledger/corrupt",
    `position ${position} of "${environment}" in the table ${table} is damaged: ${why}`,
    `bring the table back as it was before that: aws dynamodb restore-table-to-point-in-time --source-table-name ${table}`,
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
