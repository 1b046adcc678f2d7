import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";
import { bare, type Shapes } from "./shapes.ts";
import { passedOver } from "./tokens.ts";

const { resolve } = createRequire(import.meta.url);
const folderOf = (name: string): string => path.dirname(resolve(`@pulumi/${name}/package.json`));

/** What the catalog has to know of Pulumi's resources. */
export interface Declared {
  /** Arguments, with the shapes inside them. */
  readonly inputs: Shapes;
  readonly outputs: Shapes;
  /** The arguments that a resource cannot do without. */
  readonly required: Readonly<Record<string, readonly string[]>>;
}

/** The arguments and outputs of resources, from the declarations of @pulumi/aws: their syntax alone, as checking them takes minutes. */
export function declared(tokens: readonly string[]): Declared {
  const [pool, answers] = [namespaces("types/input.d.ts", "inputs"), namespaces("types/output.d.ts", "outputs")];
  const [inputs, outputs]: [Shapes, Shapes] = [{}, {}];
  const required: Record<string, readonly string[]> = {};
  for (const token of tokens) {
    const [, provider = "", file = "", name = ""] = /^(\w+):(\w+\/\w+):(\w+)$/.exec(token) ?? [];
    for (const statement of parsed(`${file.replace(/^index\//, "")}.d.ts`, provider).statements) {
      if (ts.isInterfaceDeclaration(statement) && statement.name.text === `${name}Args`) {
        const left = passedOver[token] ?? [];
        collect(inputs, token, without(membersOf(statement), left), pool);
        required[token] = statement.members.flatMap((one) => (one.name && !one.questionToken ? [textOf(one.name)] : []));
      }
      if (ts.isClassDeclaration(statement) && statement.name?.text === name) {
        collect(outputs, token, without(answersOf(statement), passedOver[token] ?? []), answers);
      }
    }
    if (!inputs[token] || !outputs[token]) throw new Error(`no package of Pulumi declares ${token}`);
  }
  return { inputs, outputs, required };
}

const parsed = (file: string, provider: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(path.join(folderOf(provider), file), "utf8"), ts.ScriptTarget.Latest, false);

type Members = Record<string, string>;

const without = (members: Members, left: readonly string[]): Members =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !left.includes(name)));

function collect(into: Shapes, name: string, found: Members, pool: ReadonlyMap<string, Members>): void {
  if (into[name]) return;
  into[name] = found;
  for (const kind of Object.values(found)) {
    const shape = pool.get(bare(kind));
    if (shape) collect(into, bare(kind), shape, pool);
  }
}

/** Every shape of a file of types, by its name as the declarations write it: `inputs.lb.TargetGroupHealthCheck`. */
function namespaces(file: string, prefix: string): ReadonlyMap<string, Members> {
  const found = new Map<string, Members>();
  const visit = (statements: readonly ts.Statement[], at: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(`${at}.${statement.name.text}`, membersOf(statement));
      if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
        visit(statement.body.statements, `${at}.${statement.name.text}`);
    }
  };
  visit(parsed(file, "aws").statements, prefix);
  return found;
}

const membersOf = (declaration: ts.InterfaceDeclaration): Members =>
  Object.fromEntries(
    declaration.members.flatMap((one) => (ts.isPropertySignature(one) && one.type ? [[textOf(one.name), kindOf(one.type)]] : [])),
  );

const answersOf = (declaration: ts.ClassDeclaration): Members =>
  Object.fromEntries(
    declaration.members.flatMap((one) => (ts.isPropertyDeclaration(one) && one.type ? [[textOf(one.name), kindOf(one.type)]] : [])),
  );

const textOf = (name: ts.PropertyName): string => (ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "");

/** Takes Input, Output, undefined, enums and resources away. */
function kindOf(type: ts.TypeNode): string {
  if (ts.isArrayTypeNode(type)) return `${kindOf(type.elementType)}[]`;
  if (ts.isUnionTypeNode(type)) {
    const parts = type.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map(kindOf);
    return parts.find((part) => part === "string") ?? parts[0] ?? "string";
  }
  if (ts.isTypeLiteralNode(type)) {
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    return index ? `${kindOf(index.type)}{}` : "json";
  }
  if (ts.isTypeReferenceNode(type)) {
    const name = nameOf(type.typeName);
    const [inner] = type.typeArguments ?? [];
    if (/^pulumi\.(Input|Output)$/.test(name) && inner) return kindOf(inner);
    return /^(inputs|outputs)\./.test(name) ? name : "string";
  }
  if (type.kind === ts.SyntaxKind.NumberKeyword) return "number";
  return type.kind === ts.SyntaxKind.BooleanKeyword ? "boolean" : "string";
}

const nameOf = (name: ts.EntityName): string => (ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`);
