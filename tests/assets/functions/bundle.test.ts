import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundle, names } from "../../../assets/functions/bundle.ts";
import { zipOf } from "../../../assets/functions/zip.ts";
import { digests } from "../../../lib/plan/functions.gen.ts";

const root = path.join(import.meta.dirname, "../../..");
const functions = path.join(root, "assets/functions");

let work: string;
beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), "sluice-functions-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it.each(names)("C09 %s has the same digest wherever it is built, and the one that plans name", (name) => {
  const one = path.join(work, name, "one");
  const other = path.join(work, name, "deeper/than/that");
  const copies = [one, other].map((folder) => {
    for (const part of ["assets/functions", "lib"]) cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    return path.join(folder, "assets/functions");
  });
  expect(copies.map((folder) => bundle(name, folder).digest)).toEqual([digests[name], digests[name]]);
});

it.each(names)("X04 %s needs nothing but Node and the SDK of Lambda's runtime, no engine, and is small", (name) => {
  const { zip } = bundle(name);
  // After the header of the archive's one file.
  const text = Buffer.from(zip)
    .subarray(30 + "index.mjs".length)
    .toString();
  const needs = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  expect(needs.length).toBeGreaterThan(0);
  expect(needs.filter((from) => !from.startsWith("@aws-sdk/client-") && !isBuiltin(from))).toEqual([]);
  expect(zip.length).toBeLessThan(3_000_000);
});

it("C09 what lies above the folder has no say in it", () => {
  const folders = ["plain", "advised"].map((name) => path.join(work, name, "functions"));
  for (const folder of folders) {
    mkdirSync(path.join(folder, "tiny"), { recursive: true });
    writeFileSync(path.join(folder, "tiny/main.ts"), "export class Tiny { field = 1 }");
  }
  writeFileSync(path.join(work, "advised/tsconfig.json"), '{ "compilerOptions": { "useDefineForClassFields": false } }');
  const [plain, advised] = folders.map((folder) => bundle("tiny", folder).digest);
  expect(advised).toBe(plain);
});

it("C09 another source has another digest", () => {
  const changed = path.join(work, "changed");
  cpSync(functions, changed, { recursive: true });
  writeFileSync(path.join(changed, "deployment-logger/pipelines.ts"), "export const added = 1;\n");
  writeFileSync(path.join(changed, "deployment-logger/main.ts"), "export { added } from './pipelines.ts';\n");
  expect(bundle("deployment-logger", changed).digest).not.toBe(digests["deployment-logger"]);
});

it("C09 an archive holds its file as it is, readable by all, in a form that others open", () => {
  const file = path.join(work, "hello.zip");
  writeFileSync(file, zipOf("index.mjs", Buffer.from("export const hello = 1;\n")));
  const script =
    "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; i=z.infolist()[0]; print(i.filename, oct(i.external_attr >> 16), z.read(i).decode())";
  expect(execFileSync("python3", ["-c", script, file], { encoding: "utf8" })).toBe("index.mjs 0o100644 export const hello = 1;\n\n");
});

/** A stand-in for the SDK in Lambda's runtime: it prints what is sent, in the shapes of the CodePipeline API reference. */
const sdk = `
class Command { constructor(input) { this.input = input; } }
export class GetPipelineExecutionCommand extends Command {}
export class PutJobSuccessResultCommand extends Command {}
export class PutJobFailureResultCommand extends Command {}
export class CodePipelineClient {
  async send(command) {
    console.log(JSON.stringify({ sent: command.constructor.name, input: command.input }));
    if (!(command instanceof GetPipelineExecutionCommand)) return {};
    return { pipelineExecution: {
      executionType: "STANDARD",
      artifactRevisions: [{ name: "Source", revisionId: "c0ffee" }],
      trigger: { triggerType: "WebhookV2", triggerDetail: "acme/shop" },
    } };
  }
}
`;

it("C09 the archive's handler, in a runtime that has the SDK, asks for the run, writes the line and reports for its job", () => {
  const task = path.join(work, "task");
  const package_ = path.join(task, "node_modules/@aws-sdk/client-codepipeline");
  mkdirSync(package_, { recursive: true });
  writeFileSync(path.join(package_, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  writeFileSync(path.join(package_, "index.js"), sdk);
  writeFileSync(path.join(task, "function.zip"), bundle("deployment-logger").zip);
  execFileSync("python3", ["-m", "zipfile", "-e", "function.zip", "."], { cwd: task });
  const UserParameters = JSON.stringify({ pipeline: "delivery", execution: "e-1", environment: "us" });
  const event = (id: string, configuration: object) => ({ "CodePipeline.job": { id, data: { actionConfiguration: { configuration } } } });
  const script = `
    import { handler } from "./index.mjs";
    for (const event of ${JSON.stringify([event("j-1", { UserParameters }), event("j-2", {})])})
      await handler(event, { getRemainingTimeInMillis: () => 30000 });`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: task, encoding: "utf8" });
  expect(
    said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { sent: "GetPipelineExecutionCommand", input: { pipelineName: "delivery", pipelineExecutionId: "e-1" } },
    { who: "WebhookV2 acme/shop", what: { revision: "c0ffee" }, Outcome: "released" },
    { sent: "PutJobSuccessResultCommand", input: { jobId: "j-1" } },
    {
      sent: "PutJobFailureResultCommand",
      input: { jobId: "j-2", failureDetails: { type: "JobFailed", message: "UserParameters hold no JSON object" } },
    },
  ]);
});

it("A10 the archive of the rotation holds its drivers: it loads where nothing but the SDK is", () => {
  const task = path.join(work, "rotation-task");
  const package_ = path.join(task, "node_modules/@aws-sdk/client-secrets-manager");
  mkdirSync(package_, { recursive: true });
  writeFileSync(path.join(package_, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  const commands = ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"].map((name) => `${name}Command`);
  const classes = [...commands, "ResourceNotFoundException", "SecretsManagerClient"].map((name) => `export class ${name} {}`);
  writeFileSync(path.join(package_, "index.js"), classes.join("\n"));
  writeFileSync(path.join(task, "function.zip"), bundle("rotation").zip);
  execFileSync("python3", ["-m", "zipfile", "-e", "function.zip", "."], { cwd: task });
  const environment = { MASTER_SECRET_ARN: "m", FIRST_USER: "app_1", SECOND_USER: "app_2", DATABASE_ADDRESS: "h:1", DATABASE_NAME: "app" };
  const script = `
    import { handler } from "./index.mjs";
    for (process.env.ENGINE of ["mysql", "postgres", "oracle"]) try { await handler({}) } catch ({ message }) { console.log(message) }`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: task, env: environment, encoding: "utf8" });
  const refused = "the event is no step of a rotation";
  expect(said.trim().split("\n")).toEqual([refused, refused, 'there is no engine "oracle"']);
});
