import { type Command, Option } from "commander";
import type { EngineName } from "../actions/engines.ts";
import { type End, examples, exitCodesOf } from "./help-text.ts";
import { askedFor, type Given, inConfiguration, ofConfiguration } from "./of-configuration.ts";
import { type PlanFormat, planFormats } from "./plan-format.ts";

// What a command does is imported when it runs: `--help` has to be instant.

/** `sluice init`, which overwrites nothing; a workflow is made from the configuration that is there by then. */
export function addInit(root: Command, end: End): void {
  root
    .command("init")
    .summary("write a configuration, buildspecs and a workflow to start from")
    .description(
      "Writes the configuration of one of five systems, with the buildspec files that its pipeline runs, and with --workflow a workflow for GitHub Actions made from the configuration. Without a system it lists them. Nothing that exists is overwritten.",
    )
    .argument("[system]", "the system, by its name or its letter")
    .option("--workflow", "write .github/workflows/ci-cd.yml from the configuration")
    .option("--project <dir>", "folder to write to", ".")
    .addHelpText(
      "after",
      examples(["sluice init", "sluice init d-container-pipeline", "sluice init a --workflow", "sluice init --workflow"]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2"]))
    .action(async (system: string | undefined, given: { project: string; workflow?: true }) => {
      const { runInit } = await import("./init.ts");
      end(await runInit({ folder: given.project, workflow: given.workflow === true, ...(system !== undefined && { system }) }));
    });
}

/** `sluice plan`, which asks no account: it needs no credentials and no network. */
export function addPlan(root: Command, end: End): void {
  ofConfiguration(root.command("plan"))
    .summary("show everything that an environment would be on AWS")
    .description("Plans an environment from the configuration alone: no AWS account is asked and nothing is changed.")
    .argument("[env]", `${inConfiguration} (default: the only one)`)
    .addOption(
      new Option("--format <format>", "tree, a table with a line for each resource, or CloudFormation as JSON")
        .choices(planFormats)
        .default("tree"),
    )
    .addOption(
      new Option(
        "--engine <engine>",
        "with --format json: the resources that an engine makes of it (default: cdk, whose are the plan's own)",
      ).choices(["cdk", "pulumi"]),
    )
    .addHelpText("after", examples(planExamples))
    .addHelpText("after", exitCodesOf(["0", "1", "2"]))
    .action(
      async (environment: string | undefined, given: { project: string; config?: string; format: PlanFormat; engine?: EngineName }) => {
        const { showPlan } = await import("./plan.ts");
        const { project: folder, ...wanted } = given;
        end(await showPlan({ folder, ...wanted, ...(environment !== undefined && { environment }) }));
      },
    );
}

const planExamples = [
  "sluice plan production",
  "sluice plan production --project examples/d-container-pipeline",
  "sluice plan staging --format table | grep IAM",
  "sluice plan production --format json > plan.json",
  "sluice plan production --engine pulumi --format json | jq '.resources[].type'",
];

/** `sluice doctor`, which changes nothing and ends with 12 while something is known to be missing. */
export function addDoctor(root: Command, end: End): void {
  ofConfiguration(root.command("doctor"))
    .summary("list what only a person can do before a deploy")
    .description(
      "Lists every step that a machine cannot take before an environment can be deployed and used, with the command or page that does it or shows it, and asks the account how far each is. What it does not tell is unknown, with the reason. Nothing is changed.",
    )
    .argument("<env>", inConfiguration)
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", examples(["sluice doctor production", "sluice doctor production --json"]))
    .addHelpText("after", exitCodesOf(["0", "1", "2", "12"]))
    .action(async (environment: string, given: Given) => {
      const { showDoctor } = await import("./doctor.ts");
      end(await showDoctor({ ...askedFor(environment, given), json: given.json === true }));
    });
}

/**
 * `sluice release`, whose process is the controller. To go back: Ctrl-C or `sluice rollback` while it runs, afterwards a release of the
 * version before.
 */
export function addRelease(root: Command, end: End): void {
  ofConfiguration(root.command("release"))
    .summary("move an environment's traffic to a new version, behind gates")
    .description(
      'Starts the version in the slot that rests and shifts the traffic to it step by step, as rehearsed, in one region that serves callers after the other. It runs here: Ctrl-C asks for a rollback, and what was killed goes on when the command is run again. With rollout.host "lambda" it runs in the environment and is watched from here: Ctrl-C stops the watching, and the same command watches again.',
    )
    .argument("<env>", inConfiguration)
    .option(
      "--version <version>",
      "an image: its tag, or its digest as sha256:…; for fleets of EC2 an archive: its key in the bucket of releases (default: the one that was left unfinished)",
    )
    .option("--service <name>", "which service, where there are several; one is released at a time")
    .option("--despite <alarm...>", "release although these alarms fire, and watch all others: for a version that mends what they are for")
    .option("--json", "print one event per line, the outcome last")
    .addHelpText(
      "after",
      examples([
        "sluice release staging --version 1.4.2",
        "sluice release production --service api --version 1.4.2",
        "sluice release production --version 1.4.2 --json | tail -1",
        "sluice release staging --version 1.4.3 --despite shop-staging-euw1-web-blue-errors",
        "sluice release production   # goes on with what was left unfinished",
      ]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2", "10", "11", "12", "15"]))
    .action(
      async (
        environment: string,
        given: Given & { readonly version?: string; readonly service?: string; readonly despite?: readonly string[] },
      ) => {
        const { runRelease } = await import("./release.ts");
        const { version, service, despite = [], json = false } = given;
        const which = { ...(version !== undefined && { version }), ...(service !== undefined && { service }) };
        end(await runRelease({ ...askedFor(environment, given), ...which, despite, json }));
      },
    );
}

/**
 * `sluice secret check` and `set`. A value is never an option, which every process list would show. To go back, set the value from before.
 */
export function addSecret(root: Command, end: End): void {
  const secret = root
    .command("secret")
    .summary("write and check the secrets that the configuration names")
    .description(
      "Secrets stand in the configuration by reference: a secure parameter or a secret of Secrets Manager. Their values are written here.",
    )
    .addHelpText("after", examples(["sluice secret check production", ...secretExamples]))
    .addHelpText("after", exitCodesOf(["0", "1", "2", "11", "12"]));
  ofConfiguration(secret.command("check"))
    .summary("show which are kept, and since when")
    .argument("<env>", inConfiguration)
    .argument("[name]", secretName)
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", examples(["sluice secret check production"]))
    .addHelpText("after", exitCodesOf(["0", "1", "2", "12"]))
    .action(async (environment: string, name: string | undefined, given: Given) => {
      const { showSecrets } = await import("./secret.ts");
      end(await showSecrets({ ...askedFor(environment, given), ...(name !== undefined && { name }), json: given.json === true }));
    });
  ofConfiguration(secret.command("set"))
    .summary("write a value from stdin, or ask for it without showing it")
    .argument("<env>", inConfiguration)
    .argument("[name]", `${secretName}; without it each is asked for`)
    .option("--key <id>", "KMS key of a parameter: id, ARN or alias (default: AWS's own)")
    .addHelpText("after", examples(secretExamples))
    .addHelpText("after", exitCodesOf(["0", "1", "2", "11", "12"]))
    .action(async (environment: string, name: string | undefined, given: Given & { readonly key?: string }) => {
      const { writeSecret } = await import("./secret.ts");
      const { key } = given;
      end(await writeSecret({ ...askedFor(environment, given), ...(name !== undefined && { name }), ...(key !== undefined && { key }) }));
    });
}

const secretName = "where it stands in the configuration, such as dockerHub.token";

const secretExamples = ["sluice secret set production dockerHub.token", "sluice secret set production dockerHub.token < token.txt"];
