import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** One value of a YAML file, with the place where it stands. */
export interface Value {
  /** As in `phases.build.commands[2]`. */
  readonly path: string;
  readonly line: number;
  readonly node: unknown;
}

interface Problem {
  readonly line: number;
  readonly text: string;
}

/** Reads values out of one YAML file and collects everything that is wrong with it, with line numbers. */
export interface YamlReader {
  readonly problems: readonly Problem[];
  readonly root: Value;
  /** The text of a scalar just as it is written: numbers and booleans are text too. */
  text(value: Value): string | undefined;
  /** A list of texts; a single text counts as a list of one. */
  texts(value: Value | undefined): string[];
  /** The fields of a mapping; an empty value has none. Fields that `known` does not name are problems. */
  fields(value: Value | undefined, known?: readonly string[]): Map<string, Value>;
  wrong(value: Value, what: string, fix: string): void;
}

/** Reads a file that people wrote. What is no YAML at all is a problem too, and nothing throws, so that all problems are told at once. */
export function readYaml(text: string): YamlReader {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: Problem[] = document.errors.map((error) => ({
    line: error.linePos?.[0].line ?? 1,
    text: (error.message.split("\n")[0] ?? "").replace(/ at line \d.*$/, ""),
  }));
  const wrong = (value: Value, what: string, fix: string) =>
    void problems.push({ line: value.line, text: `${value.path || "the file"} ${what}: ${fix}` });
  const at = (path: string, node: unknown, line: number): Value => {
    const start = rangeOf(node);
    return { path, line: start === undefined ? line : lines.linePos(start).line, node: resolved(node, document) };
  };

  const scalar = (value: Value): string | undefined => {
    if (isScalar(value.node) && value.node.value !== null)
      return typeof value.node.value === "string" ? value.node.value : (value.node.source ?? String(value.node.value));
    wrong(value, "is not text", "put it in quotes, or write it as a block after |");
    return undefined;
  };

  return {
    problems,
    root: at("", document.errors.length > 0 ? null : document.contents, 1),
    wrong,
    text: scalar,
    texts(value) {
      if (!value || isEmpty(value.node)) return [];
      if (isScalar(value.node)) return [scalar(value)].filter((item) => item !== undefined);
      if (isSeq(value.node))
        return value.node.items.flatMap((item, index) => scalar(at(`${value.path}[${index}]`, item, value.line)) ?? []);
      wrong(value, "is not a list", "write one item a line, each after a dash");
      return [];
    },
    fields(value, known) {
      const found = new Map<string, Value>();
      if (!value || isEmpty(value.node)) return found;
      if (!isMap(value.node)) wrong(value, "is not a mapping", "write one key: value a line");
      else
        for (const { key, value: node } of value.node.items) {
          const name = String(isScalar(key) ? key.value : key);
          const { line } = at("", key, value.line);
          const field = { ...at(value.path === "" ? name : `${value.path}.${name}`, node, line), line };
          if (!known || known.includes(name)) found.set(name, field);
          else wrong(field, "is not something that a rehearsal does", `take it out; what works here: ${known.join(", ")}`);
        }
      return found;
    },
  };
}

function rangeOf(node: unknown): number | undefined {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}
