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
import { type Appended, type Draft, type Entry, endOf, type From, isEntry, isRecord, type Ledger } from "../../ports/ledger.ts";
import { asked } from "./failure.ts";

/** What was read and checked of a ledger: a stretch of it without gaps, up to its newest entry. */
interface Known {
  readonly entries: readonly Entry[];
  /** SHA-256 of the last entry's line, or 64 zeros before the first. */
  readonly hash: string;
}

const zeros = "0".repeat(64);
const nothing: Known = { entries: [], hash: zeros };

/** The position that the next entry gets. */
const nextOf = ({ entries }: Known): number => (entries.at(-1)?.position ?? -1) + 1;

interface Table {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly environment: string;
  /** Ends what takes too long to read. */
  readonly signal?: AbortSignal;
}

/**
 * A ledger as items of a DynamoDB table: an environment's entries by position, each line bound to the one before it. An entry is put only where
 * none is and follows only one that is there, so any number of writers may try. Every read is strongly consistent (Amazon DynamoDB
 * Developer Guide, "DynamoDB read consistency"), and goes back from the newest entry no further than it is asked to, so that it takes no longer
 * after years (ADR 0034). Nobody sees on AWS whether a process lives: `isGone` is for whoever can ask.
 */
export function tableLedger({ isGone, ...of }: Table & Pick<Ledger, "isGone">): Ledger {
  const { table } = of;
  let known = nothing;

  const catchUp = async (from?: From): Promise<Known> => {
    const now = await goneBack(of, await goneOn(of, known), from);
    // Two reads at once: the one that went further counts.
    const further = nextOf(now) - nextOf(known) || now.entries.length - known.entries.length;
    if (further > 0) known = now;
    return now;
  };

  const append = async (expected: number, draft: Draft): Promise<Appended> => {
    const before = nextOf(known) === expected ? known : await catchUp(newest);
    if (nextOf(before) !== expected) return { is: "fenced", next: nextOf(before) };
    const { release, step, attempt, at, holder, kind, body } = draft;
    const entry: Entry = { v: 1, release, position: expected, step, attempt, at, holder, kind, body, prevHash: before.hash };
    if (await put(of, expected, JSON.stringify(entry))) return { is: "appended", position: expected, room: "ok" };
    return { is: "fenced", next: nextOf(await catchUp(newest)) };
  };

  return {
    read: (from) => asked(`read the ledger ${table}`, async () => endOf((await catchUp(from).catch(gone(of))).entries, from)),
    append: (expected, draft) => asked(`write the ledger ${table}`, () => append(expected, draft).catch(gone(of))),
    isGone,
  };
}

const newest: From = () => true;

/** With what was written since. The last entry is read again, which shows whether this is still the ledger that was read. */
async function goneOn(of: Table, known: Known): Promise<Known> {
  const last = known.entries.at(-1);
  if (!last) return known;
  let { hash } = known;
  const newer: Entry[] = [];
  let isSame = false;
  for await (const item of itemsOf(of, { from: last.position })) {
    const own = hashOf(lineOf(item));
    if (!isSame && own !== hash) break;
    if (isSame) {
      const entry = entryIn(of, item, last.position + newer.length + 1);
      if (entry.prevHash !== hash) throw unbound(of, entry);
      newer.push(entry);
    }
    isSame = true;
    hash = own;
  }
  if (!isSame) throw damaged(of, last.position, "it is not what was read before");
  return { entries: [...known.entries, ...newer], hash };
}

/** With what was written before, as far back as is asked for, or to the first entry. */
async function goneBack(of: Table, known: Known, from?: From): Promise<Known> {
  let [later] = known.entries;
  if (later?.position === 0 || (from && known.entries.some(from))) return known;
  let { hash } = known;
  const older: Entry[] = [];
  const all = () => ({ entries: [...older.toReversed(), ...known.entries], hash });
  for await (const item of itemsOf(of, { before: later?.position })) {
    const entry = entryIn(of, item, later && later.position - 1);
    const own = hashOf(lineOf(item));
    if (!later) hash = own;
    else if (later.prevHash !== own) throw unbound(of, later);
    older.push(entry);
    later = entry;
    if (from?.(entry)) return all();
  }
  if (later && later.position > 0) throw damaged(of, later.position - 1, "it is not there");
  if (later && later.prevHash !== zeros) throw unbound(of, later);
  return all();
}

/** AWS's words for a table that nobody made, or that was deleted by hand (Amazon DynamoDB Developer Guide, "Error messages and codes"). */
const gone =
  ({ table, environment }: Table) =>
  (error: unknown): never => {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    throw new UserError(
      "world/changed",
      `the ledger ${table} is not there: somebody deleted it, or the credentials here are those of another account`,
      `see which it is, and how the table comes back with what was in it: sluice doctor ${environment}`,
    );
  };

/** Items from a position on, or those before one, the newest first; without one all of them. */
type Stretch = { readonly from: number } | { readonly before: number | undefined };

/** A release has about a hundred entries; one that has more takes another page. */
const pageBack = 250;

async function* itemsOf({ client, table, environment, signal }: Table, stretch: Stretch): AsyncGenerator<Item> {
  const [operator, position] = "from" in stretch ? [">=", stretch.from] : ["<", stretch.before];
  let last: Item | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: `#environment = :environment${position === undefined ? "" : ` AND #position ${operator} :position`}`,
        ExpressionAttributeNames: { "#environment": "environment", ...(position !== undefined && { "#position": "position" }) },
        ExpressionAttributeValues: {
          ":environment": { S: environment },
          ...(position !== undefined && { ":position": { N: String(position) } }),
        },
        ...("before" in stretch && { ScanIndexForward: false, Limit: pageBack }),
        ...(last && { ExclusiveStartKey: last }),
      }),
      signal && { abortSignal: signal },
    );
    yield* page.Items ?? [];
    last = page.LastEvaluatedKey;
  } while (last);
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

/** The entry in an item, which has to stand at `expected` where that is known. Throws what is wrong with it. */
function entryIn(of: Table, item: Item, expected?: number): Entry {
  const position = expected ?? Number(item.position?.N);
  const entry = parse(lineOf(item));
  if (isRecord(entry) && typeof entry.v === "number" && entry.v !== 1) {
    throw new UserError(
      "ledger/version",
      `position ${position} of "${of.environment}" in the table ${of.table} has version ${entry.v}; this Sluice reads version 1`,
      "a newer Sluice wrote it: use that one, or a later one; which is in use there says: sluice --version",
    );
  }
  if (!isEntry(entry)) throw damaged(of, position, "it is not an entry");
  if (entry.position !== position || item.position?.N !== String(position))
    throw damaged(of, position, `it says position ${entry.position}`);
  return entry;
}

const unbound = (of: Table, { position }: Entry): UserError => damaged(of, position, "it does not follow from the one before it");

function damaged({ table, environment }: Table, position: number, why: string): UserError {
  return new UserError(
    "ledger/corrupt",
    `position ${position} of "${environment}" in the table ${table} is damaged: ${why}`,
    // A table is restored beside the one that it was (Amazon DynamoDB API reference, RestoreTableToPointInTime: TargetTableName).
    `restore it beside this one as it was before that, and put back from there what was changed: aws dynamodb restore-table-to-point-in-time --source-table-name ${table} --target-table-name ${table}-before --restore-date-time TIME`,
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
