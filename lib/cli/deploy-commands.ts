import { type Command, Option } from "commander";
import type { EngineName } from "../actions/engines.ts";
import { type End, examples, exitCodesOf } from "./help-text.ts";
import { askedFor, type Given, inConfiguration, ofConfiguration } from "./of-configuration.ts";
import { projectMeans } from "./rehearsal-commands.ts";

// What a command does is imported when it runs: `--help` has to be instant.

interface Deployed extends Given {
  readonly engine?: EngineName;
  readonly region?: string;
  readonly yes?: true;
}

const withEngine = (environment: string, given: Deployed) => ({
  ...askedFor(environment, given),
  ...(given.region !== undefined && { region: given.region }),
  ...(given.engine !== undefined && { engine: given.engine }),
  yes: given.yes === true,
  json: given.json === true,
});

const regionMeans =
  "deploy the stacks of one region, with those of no region of the environment beside its first; others must be there where they are read (default: all regions)";

const engineOption = () =>
  new Option("--engine <engine>", "what turns the plan into resources (default: the configuration's)").choices(["cdk", "pulumi"]);

/** `sluice preview`, which changes nothing and ends with 0 whether a deploy would change something or not. */
export function addPreview(root: Command, end: End): void {
  ofConfiguration(root.command("preview"))
    .summary("show what a deploy would change")
    .description("Compares the plan of an environment with what is deployed, stack by stack. Nothing is changed.")
    .argument("<env>", inConfiguration)
    .addOption(engineOption())
    .option("--region <region>", regionMeans)
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      examples([
        "sluice preview production",
        "sluice preview production --region eu-west-1",
        "sluice preview production --json | jq .lost",
      ]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2", "12"]))
    .action(async (environment: string, given: Deployed) => {
      const { showPreview } = await import("./preview.ts");
      const { yes: _yes, ...asked } = withEngine(environment, given);
      end(await showPreview(asked));
    });
}

/**
 * `sluice deploy`, which asks before it changes anything. To go back, deploy the configuration from before; what `preview` calls lost stays
 * lost.
 */
export function addDeploy(root: Command, end: End): void {
  ofConfiguration(root.command("deploy"))
    .summary("make AWS what the plan says")
    .description(
      "Creates and changes the stacks of an environment, after showing what would change and asking. Moves no traffic, but for the one legal step of a migration whose weights the engine holds. What failed half-way is finished by running it again.",
    )
    .argument("<env>", inConfiguration)
    .addOption(engineOption())
    .option("--region <region>", regionMeans)
    .option("--yes", "do not ask")
    .option("--json", "print one event per line, the outcome last")
    .addHelpText(
      "after",
      examples([
        "sluice deploy staging",
        "sluice deploy staging --project services/shop --config delivery.config.ts",
        "sluice deploy production --region eu-west-1 --engine cdk",
        "sluice deploy production --yes --json | tail -1",
      ]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2", "11", "12"]))
    .action(async (environment: string, given: Deployed) => {
      const { runDeploy } = await import("./deploy.ts");
      end(await runDeploy(withEngine(environment, given)));
    });
}

/** `sluice map`, after a deploy that was not Sluice's own. It changes nothing but what Sluice knows. */
export function addMap(root: Command, end: End): void {
  ofConfiguration(root.command("map"))
    .summary("note what `pulumi up` or `cdk deploy` made")
    .description(
      "Reads the outputs that somebody else's deploy of the plan told, and keeps the map of the environment as `sluice deploy` does: here, and beside its ledger, where every machine finds it. After that release, status, rollback and the other commands know the environment.",
    )
    .argument("<env>", inConfiguration)
    .requiredOption("--outputs <file>", "what `pulumi stack output --json` or `cdk deploy --outputs-file` wrote")
    .addHelpText("after", examples(["sluice map production --outputs outputs.json"]))
    .addHelpText("after", exitCodesOf(["0", "1", "2"]))
    .action(async (environment: string, given: Given & { readonly outputs: string }) => {
      const { keepTold } = await import("./map.ts");
      end(await keepTold({ ...askedFor(environment, given), outputs: given.outputs }));
    });
}

/**
 * `sluice destroy`: of a rehearsal without a question, of an environment after its name was typed. What is deleted on AWS does not come
 * back.
 */
export function addDestroy(root: Command, end: End): void {
  root
    .command("destroy")
    .summary("stop a data plane that was kept, or delete an environment on AWS")
    .description(
      "Stops the data plane that `sluice rehearse --keep` left running, with everything that runs in it. Or deletes the stacks of an environment of the configuration, after asking for its name; one that is protected is refused.",
    )
    .argument("[env]", `rehearsal, or an ${inConfiguration}`, "rehearsal")
    .option("--project <source>", projectMeans)
    .option("--config <file>", "configuration file (default: sluice.config.ts in the project's folder)")
    .addOption(engineOption())
    .option("--yes", "do not ask")
    .option("--json", "for an environment on AWS: print one event per line, the outcome last")
    .addHelpText(
      "after",
      examples(["sluice destroy", "sluice destroy --project examples/shop", "sluice destroy staging", "sluice destroy staging --yes"]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2", "11", "12"]))
    .action(async (environment: string, given: Partial<Deployed>) => {
      const project = given.project ?? ".";
      if (environment === "rehearsal") {
        const { runDestroy } = await import("./destroy.ts");
        return end(await runDestroy(project, environment));
      }
      const { runDestroyEnvironment } = await import("./destroy-environment.ts");
      end(await runDestroyEnvironment(withEngine(environment, { ...given, project })));
    });
}
