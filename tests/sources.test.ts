import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");

/** Our sources, without what is generated. */
const files = ["lib", "bin"]
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".gen.ts"))
  .map((file) => ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true));

const within = (folder: string): readonly ts.SourceFile[] => files.filter(({ fileName }) => fileName.startsWith(`${folder}/`));

function nodesOf(file: ts.SourceFile): readonly ts.Node[] {
  const all: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    all.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return all;
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) && (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);

interface Exported {
  readonly name: string;
  readonly statement: ts.Statement;
}

const exportedBy = (file: ts.SourceFile): readonly Exported[] =>
  file.statements.filter(isExported).map((statement) => ({ name: `${file.fileName} ${nameOf(statement)}`, statement }));

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText()).join(", ");
  const { name } = Object(statement);
  return name === undefined ? "" : String(name.text);
}

const isSaid = (statement: ts.Statement): boolean => ts.getJSDocCommentsAndTags(statement).length > 0;
const isType = (statement: ts.Statement): boolean => ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);

/** What builds systems: the functions of blocks and parts. */
const built = [...within("lib/plan/blocks"), ...within("lib/plan/parts")].flatMap((file) =>
  exportedBy(file).flatMap(({ name, statement }) => (ts.isFunctionDeclaration(statement) ? [{ name, statement, file }] : [])),
);

describe("B17 types are strict", () => {
  it("B17 nothing is any, nothing is asserted to be there, and no error of the compiler is silenced", () => {
    const loose = files.flatMap((file) =>
      nodesOf(file)
        .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword || ts.isNonNullExpression(node))
        .map((node) => `${file.fileName}: ${node.parent.getText().slice(0, 60)}`),
    );
    expect(loose).toEqual([]);
    expect(files.filter(({ text }) => /@ts-(ignore|nocheck|expect-error)/.test(text)).map(({ fileName }) => fileName)).toEqual([]);
  });

  it("B17 what a block or a part takes has types that are written", () => {
    expect(built.length).toBeGreaterThan(100);
    const untyped = built.filter(({ statement }) => statement.parameters.some(({ type, initializer }) => !type && !initializer));
    expect(untyped.map(({ name }) => name)).toEqual([]);
  });

  it("B17 a type that a block or a part gives is exported, so that it can be named elsewhere", () => {
    const hidden = built.filter(({ file, statement: { type } }) => {
      if (!type || !ts.isTypeReferenceNode(type)) return false;
      const named = type.typeName.getText();
      return file.statements.some((one) => nameOf(one) === named && !isExported(one));
    });
    expect(hidden.map(({ name }) => name)).toEqual([]);
  });
});

describe("B23 what is exported says what it is", () => {
  it("B23 every function and value of the plan", () => {
    const values = within("lib/plan")
      .flatMap(exportedBy)
      .filter(({ statement }) => !isType(statement));
    expect(values.length).toBeGreaterThan(200);
    expect(values.filter(({ statement }) => !isSaid(statement)).map(({ name }) => name)).toEqual([]);
  });

  it("B23 everything that the package offers", () => {
    const index = files.find(({ fileName }) => fileName === "lib/index.ts");
    const delivery = files.find(({ fileName }) => fileName === "lib/delivery.ts");
    if (!index || !delivery) throw new Error("the package has two doors");
    const offered = index.statements.flatMap((one) => (ts.isExportDeclaration(one) ? offeredBy(one) : []));
    expect(offered.map(({ name }) => name.split(" ")[1]).sort()).toEqual(["Config", "ConfigInput", "Gate", "defineConfig"]);
    const all = [...offered, ...exportedBy(delivery)];
    expect(all.filter(({ statement }) => !isSaid(statement)).map(({ name }) => name)).toEqual([]);
  });
});

/** What `export { … } from "…"` names, where it is declared. */
function offeredBy({ exportClause, moduleSpecifier }: ts.ExportDeclaration): readonly Exported[] {
  const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : [];
  const from = path.join("lib", String(Object(moduleSpecifier).text));
  const file = files.find(({ fileName }) => fileName === from);
  if (!file) throw new Error(`there is no ${from}`);
  return exportedBy(file).filter(({ statement }) => names.includes(nameOf(statement)));
}

const concerns = [
  ["the network", "AWS::EC2::VPC", "network.ts"],
  ["keys", "AWS::KMS::Key", "key.ts"],
  ["storage", "AWS::S3::Bucket", "bucket.ts"],
  ["roles", "AWS::IAM::Role", "role.ts"],
  ["functions", "AWS::Lambda::Function", "function.ts"],
  ["builds", "AWS::CodeBuild::Project", "build-project.ts"],
  ["the pipeline", "AWS::CodePipeline::Pipeline", "pipeline.ts"],
  ["notices", "AWS::SNS::Topic", "topic.ts"],
  ["dashboards", "AWS::CloudWatch::Dashboard", "dashboard.ts"],
] as const;

describe("C20 the source is modular", () => {
  it.each(concerns)("C20 %s: a %s is made in one file, %s", (_concern, type, file) => {
    const makers = within("lib").filter((one) => nodesOf(one).some((node) => makes(node, (made) => made === type)));
    expect(makers.map(({ fileName }) => fileName)).toEqual([`lib/plan/blocks/${file}`]);
  });

  it("C20 every block that makes something says why it is so: the row that it meets, or the document of AWS", () => {
    const makers = within("lib/plan/blocks").filter((file) =>
      nodesOf(file).some((node) => makes(node, (type) => type.startsWith("AWS::"))),
    );
    expect(makers.length).toBeGreaterThan(40);
    const silent = makers.filter((file) => !/\b[A-EX]\d\d\b|"[A-Z][^"]+"/.test(commentsOf(file)));
    expect(silent.map(({ fileName }) => fileName)).toEqual([]);
  });

  it("C20 no file is longer than a person reads at once", () => {
    const long = files.filter(({ text }) => text.split("\n").length > 301);
    expect(long.map(({ fileName }) => fileName)).toEqual([]);
  });
});

/** `block.add("…", "AWS::…", …)`. */
const makes = (node: ts.Node, isWanted: (type: string) => boolean): boolean =>
  ts.isCallExpression(node) &&
  /\.add$/.test(node.expression.getText()) &&
  node.arguments.some((one) => ts.isStringLiteral(one) && isWanted(one.text));

function commentsOf(file: ts.SourceFile): string {
  const ranges = nodesOf(file).flatMap((node) => ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []);
  return ranges.map(({ pos, end }) => file.text.slice(pos, end).replaceAll(/\s+\*? ?/g, " ")).join("\n");
}
