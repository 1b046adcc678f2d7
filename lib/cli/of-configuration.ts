import type { Command } from "commander";

/** Options that several commands have, as they were typed. */
export interface Given {
  readonly project: string;
  readonly config?: string;
  readonly json?: true;
}

/** What `--help` says of the environment that a command takes. */
export const inConfiguration = "environment of the configuration";

/** What is asked for, in the words of the actions. */
export const askedFor = (environment: string, { project: folder, config }: Pick<Given, "project" | "config">) => ({
  folder,
  environment,
  ...(config !== undefined && { config }),
});

/** A command of the configuration in a project's folder. */
export function ofConfiguration(command: Command): Command {
  return command
    .option("--project <dir>", "folder of the project", ".")
    .option("--config <file>", "configuration file (default: sluice.config.ts in the project's folder)");
}
