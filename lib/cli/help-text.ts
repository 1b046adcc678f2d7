/** Tells what the process is to end with. */
export type End = (exit: number) => void;

/** A section of `--help`; each line is a command that runs as it stands. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

const exitCodeMeanings = {
  "0": "done; for a rehearsal: released",
  "1": "a fault of Sluice itself, or a row of --all-faults or --all-points that is not as expected",
  "2": "a mistake in the command or the configuration",
  "3": "findings",
  "4": "a stage of the pipeline failed",
  "10": "rolled back",
  "11": "aborted",
  "12": "blocked: something stands in the way",
  "15": "interrupted: what was begun has not ended, and the same command goes on with it",
} as const;

/** A section of `--help`: what a command can end with, so that scripts can tell a rollback from a mistake. */
export function exitCodesOf(codes: readonly (keyof typeof exitCodeMeanings)[]): string {
  return `\nExit codes:\n${codes.map((code) => `  ${code.padStart(2)}  ${exitCodeMeanings[code]}`).join("\n")}`;
}
