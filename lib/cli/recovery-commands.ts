import { type Command, Option } from "commander";
import { type End, examples, exitCodesOf } from "./help-text.ts";

// What a command does is imported when it runs: `--help` has to be instant.

interface Given {
  readonly project: string;
  readonly config?: string;
  readonly dryRun?: true;
  readonly lost?: true;
  readonly version?: string;
  readonly yes?: true;
  readonly json?: true;
}

const kinds = {
  failover: {
    summary: "move callers, database and copies to the recovery region",
    description:
      "Starts copies in the second region of the environment, stops those of the first so that nothing is written there any more, waits until the replica of the database has all of it, promotes the replica, and leads callers there. Until the replica is promoted, what fails puts everything back, and so does Ctrl-C; then it only goes forward. With --lost nothing of the first region is asked, stopped or waited for.",
    codes: ["0", "1", "2", "10", "11", "12", "15"],
    examples: [
      "sluice failover production --dry-run",
      "sluice failover production",
      "sluice failover production --lost --version 1.4.2 --yes   # the first region answers nobody",
    ],
  },
  failback: {
    summary: "move callers, database and copies back to the primary region",
    description:
      "The same way back, once the database of the first region has been made a replica of that of the second: sluice replicate does it.",
    codes: ["0", "1", "2", "10", "11", "12", "15"],
    examples: ["sluice failback production --dry-run", "sluice failback production", "sluice failback production --yes --json | tail -1"],
  },
  replicate: {
    summary: "after a move, make the database of the region that rests a replica again",
    description:
      "Stops what still runs in the region that serves nobody, gives its database another name, and makes a new one in its place, with its settings and address, that follows the database which serves; so with the copies that answer reads. AWS takes hours; nobody who is served feels it, and nothing is deleted. Stopped or killed, the same command goes on.",
    codes: ["0", "1", "2", "11", "12", "15"],
    examples: [
      "sluice replicate production --dry-run",
      "sluice replicate production",
      "sluice replicate production --yes --json | tail -1",
    ],
  },
  drill: {
    summary: "prove that a failover would work, without moving callers",
    description:
      "Looks at what a failover depends on, starts as many copies in the second region as the first has, with the replica as their database, waits until its load balancer calls them well, and stops them. Callers are not touched.",
    codes: ["0", "1", "2", "3", "10", "11", "12", "15"],
    examples: ["sluice drill production --dry-run", "sluice drill production", "sluice drill production --json | tail -1"],
  },
} as const;

/** `sluice failover`, `failback`, `replicate` and `drill`. The way back of the first is the second; a drill puts back what it started. */
export function addRecoveries(root: Command, end: End): void {
  for (const kind of ["failover", "failback", "replicate", "drill"] as const) {
    const { summary, description, codes, examples: lines } = kinds[kind];
    const command = root
      .command(kind)
      .summary(summary)
      .description(description)
      .argument("<env>", "environment of the configuration")
      .option("--project <dir>", "folder of the project", ".")
      .option("--config <file>", "configuration file (default: sluice.config.ts in the project's folder)")
      .option("--dry-run", "show the plan and change nothing");
    if (kind === "failover") addLost(command);
    if (kind !== "drill") command.option("--yes", "do not ask");
    command
      .option("--json", "print one event per line, the outcome last")
      .addHelpText("after", examples(lines))
      .addHelpText("after", exitCodesOf(codes))
      .action(async (environment: string, given: Given) => {
        const { runRecovery } = await import("./recovery.ts");
        const { project: folder, config, version } = given;
        end(
          await runRecovery({
            kind,
            folder,
            environment,
            ...(config !== undefined && { config }),
            ...(version !== undefined && { version }),
            lost: given.lost === true,
            dryRun: given.dryRun === true,
            yes: given.yes === true || kind === "drill",
            json: given.json === true,
          }),
        );
      });
  }
}

const addLost = (command: Command): Command =>
  command
    .option(
      "--lost",
      "the primary region answers nobody: ask, stop and await nothing there; also where that happens in the middle of a failover",
    )
    .addOption(new Option("--version <version>", "with --lost: the image to run (default: what the last drill or failover ran)"));
