import { readFileSync } from "node:fs";
import path from "node:path";

// What `npm run coverage` counted, told by room; ends with 1 under the floor. Every process that a test starts is counted, except those
// that end by SIGKILL: they write nothing. Whether the tests pass is for `npm test` to say: here every Node writes down what it ran when
// it ends, and hands NODE_V8_COVERAGE on, which a test of exactly these things may see.
const floor = 90;
const named = 12;

interface Statements {
  readonly total: number;
  readonly covered: number;
}

interface Row extends Statements {
  readonly name: string;
}

const root = import.meta.dirname;
const summary: Readonly<Record<string, { readonly statements: Statements }>> = JSON.parse(
  readFileSync(path.join(root, "coverage", "coverage-summary.json"), "utf8"),
);
const files = Object.entries(summary)
  .filter(([name]) => name !== "total")
  .map(([name, { statements }]): Row => ({ name: path.relative(root, name), ...statements }));

/** The room of a file in `lib`; a world is a room of its own. */
function roomOf(file: string): string {
  const folders = path.dirname(file).split(path.sep);
  return folders.slice(0, folders[1] === "worlds" ? 3 : 2).join("/");
}

function sum(name: string, rows: readonly Row[]): Row {
  return { name, total: rows.reduce((all, { total }) => all + total, 0), covered: rows.reduce((all, { covered }) => all + covered, 0) };
}

const percent = ({ covered, total }: Statements) => (total === 0 ? 100 : (100 * covered) / total);
const line = (row: Row) => `${percent(row).toFixed(1).padStart(6)} %  ${`${row.covered}/${row.total}`.padStart(11)}  ${row.name}`;
const missing = ({ covered, total }: Statements) => total - covered;

const rooms = Map.groupBy(files, ({ name }) => roomOf(name));
const total = sum("lib, all statements", files);
const least = files
  .filter((file) => missing(file) > 0)
  .sort((a, b) => missing(b) - missing(a))
  .slice(0, named);

console.log([...[...rooms].sort().map(([name, rows]) => line(sum(name, rows))), line(total)].join("\n"));
console.log(`\nmost statements that no test reaches:\n${least.map(line).join("\n")}`);
if (percent(total) < floor) {
  console.error(`\n${percent(total).toFixed(1)} % of the statements in lib are covered; at least ${floor} % have to be`);
  process.exitCode = 1;
}
