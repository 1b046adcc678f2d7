import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Buildspec, parseBuildspec } from "../../../lib/pipeline/buildspec.ts";
import { type BuildspecResult, runBuildspec } from "../../../lib/pipeline/buildspec-run.ts";
import { handedOver } from "../../../lib/pipeline/handover.ts";
import { tempFolder, type Written, write } from "../../pipeline/folders.ts";

/** What a stand-in does when it is called by a line that begins so. The first that fits answers; a call that none fits fails. */
export interface Answer {
  readonly to: string;
  readonly stdout?: string | object;
  readonly stderr?: string;
  readonly exit?: number;
  /** How often it answers; without it always. */
  readonly times?: number;
  /** Content for the file that a flag names. */
  readonly writes?: Readonly<Record<string, string | object>>;
  /** A file to copy to where a flag says. */
  readonly copies?: Readonly<Record<string, string>>;
}

/** One call of a tool. */
export interface Call {
  readonly line: string;
  readonly args: readonly string[];
  readonly stdin: string;
  /** The variables that a tool could mistake for its own settings. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Given {
  /** What the project gives. As in CodeBuild, it comes before what the file itself says. */
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: readonly Answer[];
  readonly source?: Readonly<Record<string, Written>>;
  /** The second input of the project: its name and its files. */
  readonly input?: { readonly name: string; readonly files: Readonly<Record<string, Written>> };
  /** Gives each command a shell of its own, which has only the exports of those before it, as CodeBuild does. */
  readonly apart?: boolean;
}

export interface Ran extends BuildspecResult {
  readonly log: string;
  readonly calls: readonly Call[];
  /** The path of a file in the checkout. */
  at(file: string): string;
  /** The artifact's files by name, or undefined if nothing is handed on. */
  handedOn(): Promise<((file: string) => string) | undefined>;
}

const folderOfSpecs = path.join(import.meta.dirname, "../../../assets/buildspecs");

export const specNames = ["image", "test", "scan", "smoke", "integration", "pulumi", "deploy", "release", "archive"] as const;
export type SpecName = (typeof specNames)[number];

export function specOf(name: SpecName): Buildspec {
  return parseBuildspec(readFileSync(path.join(folderOfSpecs, `${name}.yml`), "utf8"), `${name}.yml`);
}

/** Runs one of our buildspecs for real, with stand-ins for the tools of the cloud first on the PATH. */
export async function runSpec(name: SpecName, given: Given = {}): Promise<Ran> {
  const root = tempFolder({ scratch: {}, home: {}, bin: {}, calls: {} });
  const folder = path.join(root, "src");
  write(folder, { "app.js": "", ...given.source });
  if (given.input) write(path.join(root, "input"), given.input.files);
  writeFileSync(path.join(root, "answers"), answersOf(given.answers ?? []));
  for (const tool of ["aws", "docker", "npm", "npx", "curl"])
    if (tool !== "curl" || name !== "smoke") writeStandIn(path.join(root, "bin", tool));
  const spec = specOf(name);
  const env = {
    PATH: `${path.join(root, "bin")}:${process.env.PATH ?? ""}`,
    HOME: path.join(root, "home"),
    STAND_INS: root,
    AWS_REGION: "eu-west-1",
    CODEBUILD_SRC_DIR: folder,
    CODEBUILD_BUILD_ID: "project:1234",
    CODEBUILD_RESOLVED_SOURCE_VERSION: "4f2a9c1",
    ...(given.input && { [`CODEBUILD_SRC_DIR_${given.input.name}`]: path.join(root, "input") }),
    ...given.env,
  };
  const log = path.join(root, "log");
  const own = Object.entries(spec.variables).filter(([variable]) => given.env?.[variable] === undefined);
  const prepared = { ...(given.apart ? apart(spec, path.join(root, "exports")) : spec), variables: Object.fromEntries(own) };
  const order = { folder, cache: path.join(root, "cache"), scratch: path.join(root, "scratch"), env, log, limit: 20_000, grace: 500 };
  const result = await runBuildspec(prepared, order);
  return {
    ...result,
    log: readFileSync(log, "utf8"),
    calls: callsOf(root),
    at: (file) => path.join(folder, file),
    async handedOn() {
      const into = await handedOver(folder, spec.artifacts, path.join(root, "handover"));
      return into === undefined ? undefined : (file) => readFileSync(path.join(into, file), "utf8");
    },
  };
}

export function callsOf(root: string): Call[] {
  const folder = path.join(root, "calls");
  return readdirSync(folder)
    .sort()
    .map((name): Call => {
      const [stdin = "", count = "", ...rest] = readFileSync(path.join(folder, name), "utf8").split("\0").slice(0, -1);
      const settings = rest.slice(0, Number(count)).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
      const [tool = "", ...args] = rest.slice(Number(count));
      return { line: [tool, ...args].join(" "), args, stdin, env: Object.fromEntries(settings) };
    });
}

function apart(spec: Buildspec, exports: string): Buildspec {
  const alone = (command: string) =>
    `(\n${command}\nlast=$?; export -p >'${exports}'; exit $last\n)\nlast=$?; [ ! -f '${exports}' ] || . '${exports}'; (exit $last)`;
  const phases = spec.phases.map((phase) => ({ ...phase, commands: phase.commands.map(alone), finally: phase.finally.map(alone) }));
  return { ...spec, phases };
}

/** Bash, as it starts ten times as fast as Node.js and every test starts it often. */
const program = `#!/usr/bin/env bash
tool=\${0##*/}
line="$tool $*"
stdin=
[[ $line != *--password-stdin* ]] || IFS= read -r -d '' stdin
settings=()
for name in \${!TRIVY_@} \${!PULUMI_@} \${!SLUICE_@} \${!AWS_CONFIG@} \${!AWS_PROFILE@}; do settings+=("$name=\${!name}"); done
printf '%s\\0' "$stdin" "\${#settings[@]}" "\${settings[@]}" "$tool" "$@" >"$STAND_INS/calls/$EPOCHREALTIME-$$"
after() { while [ "$1" != "$2" ]; do set -- "$1" "\${@:3}"; done; printf '%s' "$3"; }
answers() { local used="$STAND_INS/used-$1"; [ "$(cat "$used" 2>/dev/null | wc -c)" -lt "$2" ] && printf . >>"$used"; }
. "$STAND_INS/answers"
echo "the stand-in expects no such call: $line" >&2
exit 64
`;

export function answersOf(answers: readonly Answer[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const said = (text: string | object) => quoted(typeof text === "string" ? text : JSON.stringify(text));
  return answers
    .flatMap(({ to, stdout, stderr, exit = 0, times, writes = {}, copies = {} }, at) => [
      `if [[ $line == ${quoted(to)}* ]]${times === undefined ? "" : ` && answers ${at} ${times}`}; then`,
      ...Object.entries(writes).map(([flag, content]) => `printf '%s\\n' ${said(content)} >"$(after ${quoted(flag)} "$@")"`),
      ...Object.entries(copies).map(([flag, from]) => `cp ${quoted(from)} "$(after ${quoted(flag)} "$@")"`),
      ...(stderr === undefined ? [] : [`printf '%s\\n' ${said(stderr)} >&2`]),
      ...(stdout === undefined ? [] : [`printf '%s\\n' ${said(stdout)}`]),
      `exit ${exit}`,
      "fi",
    ])
    .join("\n");
}

/** Writes a stand-in under the name of the tool that it stands for. */
export function writeStandIn(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, program);
  chmodSync(file, 0o755);
}

/** An archive as a release has it, with a stand-in at a path inside, and its checksum. */
export function releaseOf(inside: string): { readonly archive: string; readonly sha256: string } {
  const folder = tempFolder();
  writeStandIn(path.join(folder, inside));
  const archive = path.join(folder, "release.tar.gz");
  execFileSync("tar", ["-czf", archive, "-C", folder, inside]);
  return { archive, sha256: createHash("sha256").update(readFileSync(archive)).digest("hex") };
}
