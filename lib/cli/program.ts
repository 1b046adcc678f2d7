import { Command } from "commander";
import { addDoctor, addInit, addPlan, addRelease, addSecret } from "./aws-commands.ts";
import { addDeploy, addDestroy, addMap, addPreview } from "./deploy-commands.ts";
import { type End, examples } from "./help-text.ts";
import { addRecoveries } from "./recovery-commands.ts";
import { addAsks, addRehearse, addStatus } from "./rehearsal-commands.ts";

/** The command line: every command with its options, examples and exit codes. */
export function program(version: string, args: readonly string[], end: End): Command {
  const root = new Command("sluice")
    .description(
      "Plans and deploys an app on AWS, and rehearses the whole release of it on one machine: real processes, real traffic, real faults.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .exitOverride()
    .showHelpAfterError("fix: see what the command takes, with examples: add --help")
    // After a command, --version is that of what is released.
    .enablePositionalOptions()
    .addHelpText("after", examples(["sluice rehearse examples/shop", "sluice rehearse . --fault green-errors", "sluice plan production"]))
    .addHelpText("after", "\nsluice <command> --help shows the options, examples and exit codes of a command.");
  addInit(root, end);
  addPlan(root, end);
  addDoctor(root, end);
  addSecret(root, end);
  addPreview(root, end);
  addDeploy(root, end);
  addMap(root, end);
  addRehearse(root, args, end);
  addRelease(root, end);
  addRecoveries(root, end);
  addStatus(root, end);
  addAsks(root, end);
  addDestroy(root, end);
  return root;
}
