import path from "node:path";
import ts from "typescript";

/** Of this repository. */
export const root = path.join(import.meta.dirname, "../..");

/** Every file of ours that a file needs when it runs, and itself. What it only takes types from is not loaded. */
export function loadedBy(file: string, found = new Map<string, ts.SourceFile>()): ReadonlyMap<string, ts.SourceFile> {
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
  "service-quotas": "servicequotas",
};

/**
 * The actions of the commands of AWS's SDK that a file makes: `@aws-sdk/client-ecs`'s `UpdateServiceCommand` is `ecs:UpdateService`, and what pages
 * by itself, such as `paginateListTasks`, calls what it is named after.
 */
export function actionsIn(source: ts.SourceFile): readonly string[] {
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const [, client] = (ts.isStringLiteral(moduleSpecifier) && /^@aws-sdk\/client-(.+)$/.exec(moduleSpecifier.text)) || [];
    const named = importClause?.namedBindings;
    if (client === undefined || !named || !ts.isNamedImports(named)) return [];
    return named.elements.flatMap(({ name: { text } }) => {
      const [, paged, call = paged] = /^(?:paginate(\w+)|(\w+)Command)$/.exec(text) ?? [];
      return call === undefined ? [] : [`${prefixes[client] ?? client}:${call}`];
    });
  });
}
