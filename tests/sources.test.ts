import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");

/** The sources of folders, without what is generated. */
const sourcesIn = (...folders: readonly string[]): readonly ts.SourceFile[] =>
  folders
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith(".ts") && !/\.(gen|d)\.ts$/.test(file))
    .map((file) => ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true));

const files = sourcesIn("lib", "bin");
const deployed = sourcesIn("assets/functions");

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

/** What the comment over a node says, in one line; "" without one. */
const saidOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((one) => one.getText().replaceAll(/^\/\*\*|\*\/$|\n *\*/g, " "))
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .trim();

/** An overloaded function says it once. */
const unsaid = (all: readonly Exported[]): readonly string[] => {
  const said = new Set(all.filter(({ statement }) => saidOf(statement) !== "").map(({ name }) => name));
  return [...new Set(all.map(({ name }) => name))].filter((name) => !said.has(name));
};

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

/** `export const bucket = entry("AWS::S3::Bucket", …)`: there the name of the type says it. */
const isEntry = (statement: ts.Statement): boolean =>
  ts.isVariableStatement(statement) &&
  statement.declarationList.declarations.every(({ initializer }) => /^entry\(\s*"AWS::/.test(initializer?.getText() ?? ""));

describe("B23 what is exported says what it is", () => {
  it("B23 every symbol of ours: functions, values, classes and types", () => {
    const all = [...files, ...deployed].flatMap(exportedBy);
    const inCatalog = all.filter(({ name, statement }) => name.startsWith("lib/engines/pulumi/catalog/") && isEntry(statement));
    expect(all.length).toBeGreaterThan(1_500);
    expect(unsaid(all.filter((one) => !inCatalog.includes(one)))).toEqual([]);
  });

  it("B23 every door of the package, and what it offers", () => {
    const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    const doors = Object.keys(exports).map((door) => path.join("lib", `${door === "." ? "index" : door}.ts`));
    const offered = doors.map((door) => {
      const file = fileAt(door);
      return [...exportedBy(file), ...file.statements.flatMap((one) => (ts.isExportDeclaration(one) ? offeredBy(one) : []))];
    });
    expect(offered.map((all) => all.map(({ name }) => name.split(" ")[1]).sort())).toEqual([
      ["Config", "ConfigInput", "Gate", "defineConfig"],
      ["Delivery", "DeliveryOptions"],
      ["TapBalancer", "TapCluster", "TapConfig", "TapEnvironment", "TapExisting", "TapStack", "TapStackArgs", "TapStackOutputs", "TapVpc"],
    ]);
    expect(unsaid(offered.flat())).toEqual([]);
    const members = offered
      .flat()
      .flatMap(({ name, statement }) => (ts.isClassDeclaration(statement) ? statement.members.map((member) => ({ name, member })) : []))
      .filter(({ member }) => ts.isGetAccessor(member) || ts.isMethodDeclaration(member));
    expect(members.filter(({ member }) => !isPrivate(member) && saidOf(member) === "").map(({ name }) => name)).toEqual([]);
  });
});

const isPrivate = ({ name }: ts.ClassElement): boolean => name !== undefined && ts.isPrivateIdentifier(name);

function fileAt(name: string): ts.SourceFile {
  const file = [...files, ...deployed].find(({ fileName }) => fileName === name);
  if (!file) throw new Error(`there is no ${name}`);
  return file;
}

/** What `export { … } from "…"` names, where it is declared. */
function offeredBy({ exportClause, moduleSpecifier }: ts.ExportDeclaration): readonly Exported[] {
  const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : [];
  const from = fileAt(path.join("lib", String(Object(moduleSpecifier).text)));
  return exportedBy(from).filter(({ statement }) => names.includes(nameOf(statement)));
}

/** What changes a running system, by file; `Port.verb` is a verb of a port. A verb that ends in a `Result` changes a world. */
const changing: Readonly<Record<string, readonly string[]>> = {
  "lib/actions/deploy.ts": ["deploy"],
  "lib/actions/destroy-environment.ts": ["destroyEnvironment"],
  "lib/actions/destroy.ts": ["destroy"],
  "lib/actions/release.ts": ["release"],
  "lib/actions/rehearse.ts": ["rehearse"],
  "lib/actions/restore/bring.ts": ["bring"],
  "lib/actions/ask.ts": ["ask"],
  "lib/actions/secret.ts": ["setSecret"],
  "lib/cli/aws-commands.ts": ["addRelease", "addSecret"],
  "lib/cli/deploy-commands.ts": ["addDeploy", "addDestroy"],
  "lib/ports/engine.ts": ["Engine.apply", "Engine.destroy"],
  "lib/ports/fleet.ts": ["Fleet.start", "Fleet.stop", "Scaling.hold", "Scaling.free"],
  "lib/ports/driver.ts": ["Driver.deploy", "Driver.settle", "Driver.back"],
  "lib/ports/job.ts": ["Job.run"],
  "lib/ports/router.ts": ["Router.shift"],
  "lib/ports/ledger.ts": ["Ledger.append"],
  "lib/ports/secrets.ts": ["SecretStore.set"],
  "lib/ports/snapshots.ts": ["Snapshots.take", "Snapshots.share", "Snapshots.copy"],
  "lib/ports/traffic.ts": ["Traffic.send"],
  "lib/plan/phases.ts": ["table", "legalMove"],
  "lib/ports/entry.ts": ["Entry.lead"],
  "lib/ports/replica.ts": ["Replica.promote", "Replica.follow"],
  "lib/actions/recover.ts": ["recover"],
  "lib/release/controller.ts": ["run"],
  "lib/release/steps/start.ts": ["start"],
  "lib/release/steps/migrate.ts": ["migrate"],
  "lib/release/steps/shift.ts": ["shiftTo"],
  "lib/release/steps/retire.ts": ["retire"],
  "lib/delivery.ts": ["Delivery"],
  "lib/tap-stack.ts": ["TapStack"],
  "assets/functions/rotation/handle.ts": ["handle"],
};

describe("B23 what changes a running system says how to get back", () => {
  const verbsOf = (file: string) =>
    fileAt(file).statements.flatMap((port) =>
      ts.isInterfaceDeclaration(port) ? port.members.filter(ts.isMethodSignature).map((verb) => ({ port: port.name.text, verb })) : [],
    );

  it.each(Object.entries(changing))("B23 in %s: %s", (file, names) => {
    for (const name of names) {
      const [port, verb] = name.split(".");
      const nodes = verb
        ? verbsOf(file).flatMap((one) => (one.port === port && one.verb.name.getText() === verb ? [one.verb] : []))
        : fileAt(file).statements.filter((one) => isExported(one) && nameOf(one) === name);
      expect({ name, said: nodes.map(saidOf).join(" ") }).toEqual({ name, said: expect.stringMatching(/\b(back|undone|undo)\b/i) });
    }
  });

  it("B23 no verb of a port that changes a world is forgotten here", () => {
    const results = within("lib/ports").flatMap(({ fileName }) =>
      verbsOf(fileName).flatMap(({ port, verb }) => (verb.type?.getText() === "Promise<Result>" ? `${port}.${verb.name.getText()}` : [])),
    );
    expect(results.length).toBeGreaterThan(2);
    expect(results.filter((name) => !Object.values(changing).flat().includes(name))).toEqual([]);
  });
});

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
