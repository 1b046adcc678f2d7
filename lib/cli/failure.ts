import type { UserError } from "../base/errors.ts";
import { typed } from "./next-command.ts";
import type { Paint } from "./paint.ts";

/** A mistake that the user can do something about: what, the lines that belong to it, what to do. Never a stack. */
export function userErrorLines(error: Pick<UserError, "code" | "message" | "fix" | "details">, paint: Paint): readonly string[] {
  return [
    `${paint("bad", "error:")} ${error.message} ${paint("quiet", `(${error.code})`)}`,
    ...error.details.map((line) => `  ${line}`),
    ...(error.fix ? [`${paint("strong", "fix:")} ${error.fix}`] : []),
  ];
}

/** A fault of our own: says so, and everything that a report needs. */
export function bugLines(error: unknown, args: readonly string[], version: string, paint: Paint): readonly string[] {
  return [
    `${paint("bad", "This is a fault of Sluice, not yours.")} Please report it to its maintainers with these lines:`,
    `  command: ${typed(args)}`,
    `  sluice ${version}, node ${process.version}, ${process.platform} ${process.arch}`,
    ...stackOf(error).map((line) => `  ${line}`),
  ];
}

function stackOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const lines = (error.stack ?? error.message).split("\n");
  return error.cause === undefined ? lines : [...lines, "caused by:", ...stackOf(error.cause)];
}
