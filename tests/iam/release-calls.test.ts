import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { releases } from "./a/release.ts";
import { actionExists } from "./reference.ts";

const root = path.join(import.meta.dirname, "../..");

/** Every file of ours that a file needs when it runs, and itself. What it only takes types from is not loaded. */
function loadedBy(file: string, found = new Map<string, ts.SourceFile>()): ReadonlyMap<string, ts.SourceFile> {
  if (found.has(file)) return found;
  const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? "", ts.ScriptTarget.ES2024, true);
  found.set(file, source);
  for (const statement of source.statements) {
    const from = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    const typesOnly = ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (from && ts.isStringLiteral(from) && from.text.startsWith(".") && !typesOnly)
      loadedBy(path.join(path.dirname(file), from.text), found);
  }
  return found;
}

/** IAM's names for the services whose packages are called otherwise. */
const prefixes: Readonly<Record<string, string>> = {
  "application-auto-scaling": "application-autoscaling",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  eventbridge: "events",
};

/** The actions of the commands of AWS's SDK that a file makes: `@aws-sdk/client-ecs`'s `UpdateServiceCommand` is `ecs:UpdateService`. */
function actionsIn(source: ts.SourceFile): readonly string[] {
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const [, client] = (ts.isStringLiteral(moduleSpecifier) && /^@aws-sdk\/client-(.+)$/.exec(moduleSpecifier.text)) || [];
    const named = importClause?.namedBindings;
    if (client === undefined || !named || !ts.isNamedImports(named)) return [];
    return named.elements.flatMap(({ name: { text } }) => {
      const [, call] = /^(\w+)Command$/.exec(text) ?? [];
      return call === undefined ? [] : [`${prefixes[client] ?? client}:${call}`];
    });
  });
}

/** What moves traffic by DNS or fleets of EC2, which the configuration refuses a release in Lambda (tests/config/host.test.ts). */
const notInLambda = ["archives.ts", "instances.ts", "losses.ts", "records.ts", "released.ts"].map((name) =>
  path.join(root, "lib/worlds/aws", name),
);

const host = [...loadedBy(path.join(root, "assets/functions/release/main.ts"))].flatMap(([file, source]) =>
  notInLambda.includes(file) ? [] : [source],
);
const called = [...new Set(host.flatMap(actionsIn))].sort();

/** What its table has besides what it calls by itself. */
const notByCommand = [
  // Lambda, for it: its log, traces, interfaces and the queue of what failed, under the queue's key.
  /^(logs|xray|ec2|sqs|kms):/,
  // The SDK for durable functions, which is bundled with it.
  /^lambda:(CheckpointDurableExecution|GetDurableExecutionState|InvokeFunction)$/,
  // Amazon ECS, when it registers tasks that have roles.
  /^iam:PassRole$/,
];

it("B14 X04 every call that a release makes of AWS is in the table of the function's role, which its policies are proven by, and no other", () => {
  const wanted = [...new Set(releases().must.map(({ action }) => action))].filter(
    (action) => !notByCommand.some((one) => one.test(action)),
  );
  expect(called.length).toBeGreaterThan(10);
  expect(called).toEqual(wanted.sort());
});

it("B14 the commands of AWS's SDK are named as the actions that IAM knows", async () => {
  const unknown = await Promise.all(called.map(async (action) => ((await actionExists(action)) ? [] : [action])));
  expect(unknown.flat()).toEqual([]);
});
