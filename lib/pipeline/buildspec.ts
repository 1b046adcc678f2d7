import { UserError } from "../base/errors.ts";
import { readYaml, type Value, type YamlReader } from "./yaml-reader.ts";

/** The phases of a build, in the order in which they run. */
const phaseNames = ["install", "pre_build", "build", "post_build"] as const;
type PhaseName = (typeof phaseNames)[number];

/** One phase: all commands of all phases run in one shell. */
export interface Phase {
  readonly name: PhaseName;
  readonly commands: readonly string[];
  readonly finally: readonly string[];
  /** What a failure of the phase does to the build; absent means AWS's own rule, see `runBuildspec`. */
  readonly onFailure?: "ABORT" | "CONTINUE";
}

/** Which files a build hands on. */
export interface Handover {
  readonly files: readonly string[];
  readonly baseDirectory: string;
  readonly excludePaths: readonly string[];
  readonly discardPaths: boolean;
}

interface ReportGroup {
  readonly name: string;
  readonly files: readonly string[];
  readonly baseDirectory: string;
}

/** Something harmless in the file that a rehearsal does not do. */
interface Ignored {
  readonly path: string;
  readonly line: number;
  readonly because: string;
}

/** What a CodeBuild buildspec says, as far as a rehearsal does it. */
export interface Buildspec {
  /** The file's path in the checkout. */
  readonly file: string;
  readonly shell: "/bin/sh" | "bash";
  readonly variables: Readonly<Record<string, string>>;
  readonly exportedVariables: readonly string[];
  readonly phases: readonly Phase[];
  /** Absent where the build hands on everything. */
  readonly artifacts?: Handover;
  readonly reports: readonly ReportGroup[];
  /** Relative to the checkout. */
  readonly cachePaths: readonly string[];
  readonly ignored: readonly Ignored[];
}

/** Where a value comes from that CodeBuild would fetch from Parameter Store or Secrets Manager: `SLUICE_SECRET_` and the variable's name. */
const secretPrefix = "SLUICE_SECRET_";

type Ignore = (value: Value | undefined, because: string) => void;

/**
 * Parses a CodeBuild buildspec, version 0.2 (https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html).
 * What a rehearsal cannot do is refused, all of it at once, with line and fix: `buildspec/invalid`. What is harmless is in `ignored`.
 * `given` is the environment that may hold values for Parameter Store and Secrets Manager.
 */
export function parseBuildspec(text: string, file: string, given: NodeJS.ProcessEnv = {}): Buildspec {
  const reader = readYaml(text);
  if (reader.problems.length > 0) throw refusal(file, reader);
  const ignored: Ignored[] = [];
  const ignore: Ignore = (value, because) => void (value && ignored.push({ path: value.path, line: value.line, because }));
  const top = reader.fields(reader.root, ["version", "run-as", "env", "proxy", "phases", "reports", "artifacts", "cache"]);
  const version = top.get("version");
  if (!version || reader.text(version) !== "0.2")
    reader.wrong(version ?? { ...reader.root, path: "version" }, "is not 0.2", "write version: 0.2");
  ignore(top.get("run-as"), "everything runs as the user who started the rehearsal");
  ignore(top.get("proxy"), "nothing is uploaded from a rehearsal");
  const artifacts = readArtifacts(reader, top.get("artifacts"), ignore);
  const spec: Buildspec = {
    file,
    ...readEnv(reader, top.get("env"), ignore, given),
    phases: readPhases(reader, top.get("phases") ?? { ...reader.root, path: "phases", node: null }, ignore),
    ...(artifacts && { artifacts }),
    reports: readReports(reader, top.get("reports"), ignore),
    cachePaths: readCache(reader, top.get("cache"), ignore),
    ignored,
  };
  if (reader.problems.length > 0) throw refusal(file, reader);
  return spec;
}

function refusal(file: string, { problems }: YamlReader): UserError {
  const details = problems.toSorted((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`);
  const count = details.length === 1 ? "one thing" : `${details.length} things`;
  return new UserError(
    "buildspec/invalid",
    `${file} has ${count} that a rehearsal cannot do`,
    "change what is listed; the line number stands after the file",
    details,
  );
}

function readEnv(reader: YamlReader, env: Value | undefined, ignore: Ignore, given: NodeJS.ProcessEnv) {
  const found = reader.fields(env, [
    "shell",
    "variables",
    "exported-variables",
    "parameter-store",
    "secrets-manager",
    "git-credential-helper",
  ]);
  ignore(found.get("git-credential-helper"), "git uses the credentials of this machine");
  const variables = readVariables(reader, found.get("variables"));
  const secrets = new Set<string>();
  for (const from of ["parameter-store", "secrets-manager"])
    for (const [name, value] of reader.fields(found.get(from))) {
      secrets.add(name);
      const own = given[secretPrefix + name];
      if (own !== undefined) variables[name] = own;
      else
        reader.wrong(value, "needs an AWS account, and a rehearsal has none", `give a value in the environment: ${secretPrefix}${name}=…`);
    }
  const exported = found.get("exported-variables");
  const exportedVariables = reader.texts(exported);
  for (const name of exportedVariables)
    if (exported && (!isVariable(name) || name.startsWith("AWS_") || secrets.has(name)))
      reader.wrong(exported, `holds "${name}"`, "export plain variables only, no secrets and nothing that starts with AWS_");
  return { shell: readShell(reader, found.get("shell")), variables, exportedVariables };
}

function readShell(reader: YamlReader, value: Value | undefined): "/bin/sh" | "bash" {
  const shell = value ? reader.text(value) : "/bin/sh";
  if (shell === "/bin/sh" || shell === "bash") return shell;
  if (value && shell !== undefined) reader.wrong(value, `is "${shell}"`, "use /bin/sh or bash");
  return "/bin/sh";
}

function readVariables(reader: YamlReader, value: Value | undefined): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, field] of reader.fields(value)) {
    if (!isVariable(name)) reader.wrong(field, "is not a variable's name", "use letters, digits and _, no digit first");
    else if (name.startsWith("CODEBUILD_")) reader.wrong(field, "is reserved by CodeBuild", "name it without CODEBUILD_");
    else variables[name] = reader.text(field) ?? "";
  }
  return variables;
}

const isVariable = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

function readPhases(reader: YamlReader, value: Value, ignore: Ignore): Phase[] {
  const before = reader.problems.length;
  const found = reader.fields(value, phaseNames);
  const phases = phaseNames.flatMap((name) => {
    const phase = found.get(name);
    return phase ? [readPhase(reader, name, phase, ignore)] : [];
  });
  if (reader.problems.length === before && phases.every(({ commands, finally: last }) => commands.length + last.length === 0))
    reader.wrong(value, "has no commands", "give at least one phase a command");
  return phases;
}

function readPhase(reader: YamlReader, name: PhaseName, value: Value, ignore: Ignore): Phase {
  const known = ["run-as", "on-failure", "commands", "finally", ...(name === "install" ? ["runtime-versions"] : [])];
  const found = reader.fields(value, known);
  ignore(found.get("run-as"), "everything runs as the user who started the rehearsal");
  ignore(found.get("runtime-versions"), "the runtimes of this machine are used");
  const failure = found.get("on-failure");
  const wanted = failure && reader.text(failure);
  if (failure && wanted !== undefined && wanted !== "ABORT" && wanted !== "CONTINUE")
    reader.wrong(failure, `is "${wanted}"`, "use ABORT or CONTINUE; a rehearsal shows a failure instead of trying again");
  return {
    name,
    commands: reader.texts(found.get("commands")),
    finally: reader.texts(found.get("finally")),
    ...(wanted === "ABORT" || wanted === "CONTINUE" ? { onFailure: wanted } : {}),
  };
}

function readArtifacts(reader: YamlReader, value: Value | undefined, ignore: Ignore): Handover | undefined {
  if (!value) return undefined;
  const known = [
    "files",
    "name",
    "discard-paths",
    "base-directory",
    "exclude-paths",
    "enable-symlinks",
    "s3-prefix",
    "secondary-artifacts",
  ];
  const found = reader.fields(value, known);
  ignore(found.get("name"), "an artifact is addressed by its content");
  ignore(found.get("s3-prefix"), "nothing is uploaded from a rehearsal");
  ignore(found.get("enable-symlinks"), "links are always kept");
  ignore(found.get("secondary-artifacts"), "only the primary artifact is released");
  return {
    files: readFiles(reader, value, found),
    baseDirectory: readBase(reader, found),
    excludePaths: reader.texts(found.get("exclude-paths")),
    discardPaths: readYes(reader, found.get("discard-paths")),
  };
}

function readReports(reader: YamlReader, value: Value | undefined, ignore: Ignore): ReportGroup[] {
  return [...reader.fields(value)].map(([name, group]) => {
    const found = reader.fields(group, ["files", "file-format", "base-directory", "discard-paths"]);
    ignore(found.get("file-format"), "report files are counted, not read");
    ignore(found.get("discard-paths"), "report files are counted, not uploaded");
    return { name, files: readFiles(reader, group, found), baseDirectory: readBase(reader, found) };
  });
}

function readCache(reader: YamlReader, value: Value | undefined, ignore: Ignore): string[] {
  const found = reader.fields(value, ["paths", "key", "fallback-keys", "action"]);
  for (const name of ["key", "fallback-keys", "action"])
    ignore(found.get(name), "there is one cache for each buildspec file, restored before it and saved after it");
  const paths = reader.texts(found.get("paths"));
  const outside = paths.filter((path) => !isInside(path));
  if (outside.length > 0)
    ignore(found.get("paths"), `${outside.join(", ")} is outside the checkout, where this machine keeps its own files`);
  return paths.filter(isInside);
}

function readFiles(reader: YamlReader, value: Value, found: Map<string, Value>): string[] {
  const files = reader.texts(found.get("files"));
  if (files.length === 0)
    reader.wrong(found.get("files") ?? { ...value, path: `${value.path}.files` }, "is missing", 'name files, for example "**/*"');
  const outside = files.filter((file) => !isInside(file));
  if (outside.length > 0) reader.wrong(found.get("files") ?? value, `holds ${outside.join(", ")}`, "name files inside the checkout");
  return files;
}

function readBase(reader: YamlReader, found: Map<string, Value>): string {
  const value = found.get("base-directory");
  const base = (value && reader.text(value)) ?? ".";
  if (value && !isInside(base)) reader.wrong(value, `is ${base}`, "name a folder inside the checkout");
  return base;
}

function readYes(reader: YamlReader, value: Value | undefined): boolean {
  const text = value && reader.text(value);
  if (value && text !== undefined && !/^(yes|no|true|false)$/i.test(text)) reader.wrong(value, `is "${text}"`, "use yes or no");
  return text !== undefined && /^(yes|true)$/i.test(text);
}

const isInside = (path: string): boolean => !/^[/~]/.test(path) && !path.split("/").includes("..");
