/** A ledger of years, as DynamoDB would answer for it. */
import { createHash } from "node:crypto";
import { seal } from "../lib/release/plan.ts";
import { scenario } from "../tests/release/scenario.ts";

interface Query {
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: { readonly position: { readonly N: string } };
  readonly ExpressionAttributeValues: { readonly ":environment": { readonly S: string }; readonly ":position"?: { readonly N: string } };
  readonly KeyConditionExpression: string;
}

/** Entries of a release. */
export const releaseLength = 50;
/** DynamoDB ends a page here (Amazon DynamoDB Developer Guide, "Paginating table query results in DynamoDB"). */
const pageBytes = 1_000_000;

/** The lines of releases that ended well, one after another. */
function lines(count: number): readonly string[] {
  const holder = { name: "bench", host: "here", pid: 1, started: "1" };
  const { sealed } = scenario();
  let prevHash = "0".repeat(64);
  return Array.from({ length: count }, (_, position) => {
    const [release, at] = [`r-${Math.floor(position / releaseLength)}`, 1_700_000_000_000 + position * 60_000];
    const before = { held: { release, by: holder, since: at, until: at + 900_000 }, live: sealed.plan.live, lives: {} };
    const told: Record<number, readonly [string, object]> = {
      0: ["held", { until: at + 900_000 }],
      1: ["planned", { ...seal({ ...sealed.plan, release }), before }],
      [releaseLength - 1]: ["ended", { outcome: "released", because: "all steps are done", undid: [], left: [] }],
    };
    const [kind, body] = told[position % releaseLength] ?? [
      "verdict",
      { is: "wait", because: "too few requests", blind: false, gates: [] },
    ];
    const line = JSON.stringify({ v: 1, release, position, step: "", attempt: 1, at, holder, kind, body, prevHash });
    prevHash = createHash("sha256").update(line).digest("hex");
    return line;
  });
}

/** Answers queries of a ledger with so many entries. */
export function history(count: number, environment: string): (body: string) => string {
  const all = lines(count);
  return (body) => {
    const asked: Query = JSON.parse(body);
    const { ":environment": of, ":position": bound } = asked.ExpressionAttributeValues;
    if (of.S !== environment) return JSON.stringify({ Items: [] });
    const back = asked.ScanIndexForward === false;
    const first = back ? Number(bound?.N ?? all.length) - 1 : Number(bound?.N ?? 0);
    const after = asked.ExclusiveStartKey && Number(asked.ExclusiveStartKey.position.N);
    const items: object[] = [];
    let bytes = 0;
    let position = after === undefined ? first : after + (back ? -1 : 1);
    for (; all[position] !== undefined && items.length < (asked.Limit ?? count) && bytes < pageBytes; position += back ? -1 : 1) {
      items.push({ environment: of, position: { N: String(position) }, entry: { S: all[position] } });
      bytes += all[position]?.length ?? 0;
    }
    const last = { environment: of, position: { N: String(position + (back ? 1 : -1)) } };
    return JSON.stringify({ Items: items, ...(all[position] !== undefined && { LastEvaluatedKey: last }) });
  };
}
