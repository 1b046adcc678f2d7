import { CommanderError } from "commander";
import { UserError } from "../base/errors.ts";
import { program } from "./program.ts";
import { version } from "./version.ts";

/** Runs the command line and returns what the process is to end with. Prints everything that a person is to know, so nothing is thrown. */
export async function main(args: readonly string[]): Promise<number> {
  surviveClosedPipes();
  const ended = { exit: 0 };
  try {
    await program(version(), args, (exit) => {
      ended.exit = exit;
    }).parseAsync([...args], { from: "user" });
    return ended.exit;
  } catch (error) {
    // Commander has printed its message already. Help and version that were asked for end with 0, everything else is a mistake in usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return await failed(error, args);
  }
}

async function failed(error: unknown, args: readonly string[]): Promise<number> {
  const { bugLines, userErrorLines } = await import("./failure.ts");
  const { errorCodes } = await import("../base/errors.ts");
  const { paintFor } = await import("./paint.ts");
  const paint = paintFor(process.stderr);
  const lines = error instanceof UserError ? userErrorLines(error, paint) : bugLines(error, args, version(), paint);
  process.stderr.write(`${lines.join("\n")}\n`);
  return error instanceof UserError ? errorCodes[error.code].exit : 1;
}

/** Keeps `sluice … | head -1` from ending in a stack trace. Whoever has to stop when the reader is gone listens for itself. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(ignore)) stream.on("error", ignore);
  }
}

const ignore = (): void => {};
