import { type Command, Option } from "commander";
import type { Ask } from "../actions/views.ts";
import { type End, examples, exitCodesOf } from "./help-text.ts";
import { askedFor } from "./of-configuration.ts";
import type { GivenOptions } from "./options.ts";

// What a command does is imported when it runs: `--help` has to be instant.

/** `sluice rehearse`; `args` is what was typed, of which the commands to run next are made. */
export function addRehearse(root: Command, args: readonly string[], end: End): void {
  root
    .command("rehearse")
    .summary("rehearse a release on this machine")
    .description("Builds two versions of an app, runs the first under load, and releases the second in its place behind gates.")
    .argument("[source]", "folder or git URL of the app (default: the current folder)")
    .option("--from <version>", "what is live: a git revision, a folder or npm:name@version (default: the commit before)")
    .option("--to <version>", "what replaces it, said the same way (default: HEAD, or the uncommitted changes)")
    .option("--start <command>", "command that starts the app; it gets its port as PORT")
    .option("--health <path>", "path that answers when the app is healthy")
    .option("--rate <number>", "requests a second")
    .option("--speed <number>", "divide bakes and waits by this")
    .option("--fault <name>", "make something go wrong, e.g. green-errors:20%; repeatable", (name: string, before: string[] = []) => [
      ...before,
      name,
    ])
    .addOption(
      new Option("--all-faults", "rehearse every fault and compare with what has to happen").conflicts([
        "fault",
        "allPoints",
        "approve",
        "keep",
      ]),
    )
    .addOption(new Option("--all-points", "roll back from every step in turn").conflicts(["fault", "approve", "keep"]))
    .option("--approve", "wait for a person before the first shift")
    .option("--keep", "leave the data plane running afterwards")
    .option("--port <number>", "port of the router on 127.0.0.1 (default: any free one)")
    .option("--config <file>", "configuration file (default: sluice.config.ts, if there is one)")
    .option("--json", "print one event per line, the outcome last")
    .addHelpText("after", examples(rehearseExamples))
    .addHelpText("after", exitCodesOf(["0", "1", "2", "4", "10", "11", "12"]))
    .action(async (source: string | undefined, given: GivenOptions) => {
      const { runRehearse } = await import("./rehearse.ts");
      end(await runRehearse(source === undefined ? given : { ...given, source }, args));
    });
}

const rehearseExamples = [
  "sluice rehearse                              the last commit, in place of the one before",
  "sluice rehearse examples/shop --speed 4",
  "sluice rehearse --from npm:http-server@14.1.0 --to npm:http-server@14.1.1",
  "sluice rehearse --start 'node main.js' --health /health --rate 20",
  "sluice rehearse . --keep --port 8080         to look at afterwards; then: sluice destroy",
  "sluice rehearse . --fault green-errors:20%   ends rolled-back, exit code 10",
  "sluice rehearse . --all-faults               every fault, against what has to come of it",
  "sluice rehearse . --approve                  then, elsewhere: sluice approve",
  "sluice rehearse . --json | tail -1           the outcome for a script",
];

/** What `--project` says in `--help` of every command that finds a rehearsal again. */
export const projectMeans = "the project's folder, or what was rehearsed: git URL or npm:name (default: the current folder)";

const configMeans = "configuration file of an environment on AWS (default: sluice.config.ts in the project's folder)";

/** Where a release is looked for, as it was typed. */
interface Found {
  readonly project?: string;
  readonly config?: string;
}

/** `sluice status`, which only reads the ledger, so it tells of releases that others run or that ended. */
export function addStatus(root: Command, end: End): void {
  root
    .command("status")
    .summary("show what a release is doing or did")
    .description(
      "Shows the newest release of an environment, from its ledger. Works from any terminal, while it runs and afterwards. Where the ledger does not answer, as when its region is lost, it shows what the ledger of recoveries in the other region knows, and ends with 12.",
    )
    .argument("[env]", "environment of the configuration, or of rehearsals", "rehearsal")
    .option("--project <source>", projectMeans)
    .option("--config <file>", configMeans)
    .option("--watch", "show it again on every change until it has ended")
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      examples([
        "sluice status",
        "sluice status --watch",
        "sluice status --project npm:http-server",
        "sluice status production --watch",
        "sluice status production --config delivery.config.ts --json",
      ]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2", "12"]))
    .action(async (environment: string, given: Found & { watch?: true; json?: true }) => {
      const { showStatus } = await import("./status.ts");
      end(
        await showStatus({ ...askedFor(environment, { project: ".", ...given }), watch: given.watch === true, json: given.json === true }),
      );
    });
}

const asks: readonly { readonly what: Ask; readonly summary: string }[] = [
  { what: "approve", summary: "let a waiting release go on" },
  { what: "pause", summary: "hold a release at the weight that it has" },
  { what: "resume", summary: "let a paused release go on" },
  { what: "abort", summary: "give a release up before it moved traffic, or turn it back" },
  { what: "rollback", summary: "turn a release back" },
  { what: "promote", summary: "skip the rest of the bake" },
];

function addAsk(root: Command, end: End, { what, summary }: (typeof asks)[number]): void {
  root
    .command(what)
    .summary(summary)
    .description(`Asks the running release of an environment: ${summary}. The request is written to its ledger.`)
    .argument("[env]", "environment of the configuration, or of rehearsals", "rehearsal")
    .option("--project <source>", projectMeans)
    .option("--config <file>", configMeans)
    .addHelpText(
      "after",
      examples([
        `sluice ${what}`,
        `sluice ${what} --project https://github.com/you/shop.git`,
        `sluice ${what} production`,
        `sluice ${what} production --config delivery.config.ts`,
      ]),
    )
    .addHelpText("after", exitCodesOf(["0", "1", "2", "12"]))
    .action(async (environment: string, given: Found) => {
      const { sendAsk } = await import("./send-ask.ts");
      end(await sendAsk(askedFor(environment, { project: ".", ...given }), what));
    });
}

/** The commands that ask a running release for something, `sluice rollback` among them; its controller answers at its next turn. */
export function addAsks(root: Command, end: End): void {
  for (const ask of asks) addAsk(root, end, ask);
}
