/**
 * Writes docs/pulumi-transcript.md: what the Pulumi CLI says of this repository's own project, from the first preview to the end. It needs the CLI
 * on PATH. Ends with 1 where a command does not end as it must.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { missing, pulumiProject } from "./cli.ts";
import { shortened } from "./shortened.ts";

const deploy = ["up", "--yes", "--skip-preview"];
const commands: readonly (readonly string[])[] = [
  ["stack", "init", "development"],
  ["config", "set", "config", "examples/b-dev-to-production"],
  ["preview"],
  deploy,
  ["up", "--yes"],
  ["preview", "--expect-no-changes"],
  ["destroy", "--yes", "--skip-preview"],
];

if (missing !== undefined) {
  console.error(missing);
  process.exit(1);
}

const version = spawnSync("pulumi", ["version"], { encoding: "utf8" }).stdout.trim();
const project = await pulumiProject();
const said: string[] = [];
for (const command of commands) {
  project.deeds.length = 0;
  const line = `pulumi ${command.join(" ")}`;
  console.error(`running: ${line} …`);
  const { status, output } = await project.run(...command);
  said.push(
    `$ ${line}`,
    ...shortened(output, { outputs: command === deploy }),
    `# exit code ${status}; changes that the provider was asked for: ${project.deeds.length}`,
    "",
  );
  if (status !== 0) {
    console.error(output);
    process.exitCode = 1;
    break;
  }
}
project.close();

const page = [
  "# `pulumi up` by the CLI",
  "",
  `Recorded by \`npm run transcript\` on ${new Date().toISOString().slice(0, 10)}: Pulumi CLI ${version} with \`Pulumi.yaml\` and \`bin/tap.ts\` of this repository, a file backend, and a`,
  "provider that stands in for AWS's (`tests/engines/pulumi/stand-in.ts`): it takes every resource and remembers it, so this shows that the program, its",
  "order and its state hold, and not that AWS takes a property. Each command was run with `--non-interactive --color never`; ids such as `arn-16` are the",
  "stand-in's. `…` is where lines were left out. `tests/engines/pulumi/cli.test.ts` runs the same commands and asserts what came of them.",
  "",
  "```",
  ...said.slice(0, -1),
  "```",
  "",
];
if (process.exitCode === undefined) writeFileSync(path.join(import.meta.dirname, "../../../docs/pulumi-transcript.md"), page.join("\n"));
