import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../..");

const read = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
const under = (pattern: string): readonly ts.SourceFile[] => globSync(pattern, { cwd: root }).sort().map(read);

const interfacesIn = (file: ts.SourceFile): readonly ts.InterfaceDeclaration[] => file.statements.filter(ts.isInterfaceDeclaration);
const worlds = under("lib/worlds/**/*.ts");

/** What has verbs is a port; it is named like its file. `World` is made of ports, and `Engine` works on plans, outside any world. */
const apart: readonly string[] = ["world", "engine"];
const ports = new Map(
  under("lib/ports/*.ts").flatMap((file) => {
    const name = path.basename(file.fileName, ".ts");
    const withVerbs = interfacesIn(file).filter(({ members }) => members.some(ts.isMethodSignature));
    return apart.includes(name) ? [] : withVerbs.map((one) => [one.name.text, name] as const);
  }),
);

/** A port by its own name or by that of an interface of a world that adds to it. */
const known = new Map([
  ...ports,
  ...worlds
    .flatMap(interfacesIn)
    .flatMap((one) =>
      (one.heritageClauses ?? [])
        .flatMap(({ types }) => types.map(({ expression }) => ports.get(expression.getText())))
        .flatMap((port) => (port === undefined ? [] : [[one.name.text, port] as const])),
    ),
]);

/** Functions that give a port, and why they pass its suite under another name, or pass none. */
const excused: Readonly<Record<string, string>> = {
  awsLedger: "opens tableLedger",
  drivenFleet: "starts and stops nothing: AWS does; tests/worlds/aws/driven.test.ts has what it tells",
  drivenRouter: "moves nobody: AWS does; tests/worlds/aws/driven.test.ts has what it tells",
};

const adapters = worlds.flatMap(({ statements }) =>
  statements.filter(ts.isFunctionDeclaration).flatMap(({ name, type, modifiers = [] }) => {
    const port = known.get(type?.getText() ?? "");
    const isExported = modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return name && port !== undefined && isExported ? [{ adapter: name.text, port }] : [];
  }),
);

/** Names that a test imports, by the file that has them. */
const importsOf = (file: ts.SourceFile): readonly (readonly [file: string, name: string])[] =>
  file.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const from = path.join(path.dirname(file.fileName), ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : "");
    const named = importClause?.namedBindings;
    return named && ts.isNamedImports(named) ? named.elements.map(({ name }) => [from, name.text] as const) : [];
  });
const tests = under("tests/**/*.test.ts").map(importsOf);

it("each port has a suite of its own name, which some test runs", () => {
  expect(ports.size).toBeGreaterThan(10);
  for (const port of new Set(ports.values())) {
    const suite = `tests/contracts/${port}.ts`;
    const runs = tests.some((imports) => imports.some(([from, name]) => from === suite && name.endsWith("Contract")));
    expect({ suite, runs }).toEqual({ suite, runs: true });
  }
});

it("each adapter of each world runs in the suite of its port", () => {
  expect(adapters.length).toBeGreaterThan(25);
  const without = adapters.filter(({ adapter, port }) => {
    const runs = tests.some((imports) => {
      const inSuite = imports.some(([from]) => from === `tests/contracts/${port}.ts`);
      return inSuite && imports.some(([from, name]) => name === adapter && from.startsWith("lib/worlds/"));
    });
    return !runs && !(adapter in excused);
  });
  expect(without).toEqual([]);
});

it("nobody is excused who is no adapter", () => {
  const names = adapters.map(({ adapter }) => adapter);
  expect(Object.keys(excused).filter((name) => !names.includes(name))).toEqual([]);
});

it("a suite that is skipped says why", () => {
  const skipping = under("tests/contracts/*.ts").filter(({ text }) => text.includes("skipIf"));
  expect(skipping.length).toBeGreaterThan(0);
  for (const { fileName, text } of skipping)
    expect({ fileName, says: text.includes("(skipped: ${skip})") }).toEqual({ fileName, says: true });
});
