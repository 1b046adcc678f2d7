import { errorCodes, UserError } from "../base/errors.ts";
import type { Event } from "../base/events.ts";
import { exitCodes } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";

/** What is told of an error as an event, and what the process ends with. */
export function wordsOf(error: unknown) {
  const known = error instanceof UserError ? error : undefined;
  return {
    exit: known ? errorCodes[known.code].exit : 1,
    code: known?.code ?? "sluice/bug",
    message: error instanceof Error ? error.message : String(error),
    fix: known?.fix ?? "report it with the lines on stderr",
    details: known?.details ?? [],
  };
}

/** How a command ended that failed with this exit code: 1 and 4 stand for something that broke, 15 for what was left in the middle, the rest for something in the way. */
export const failedAs = (exit: number): "failed" | "interrupted" | "blocked" =>
  exit === 1 || exit === 4 ? "failed" : exit === exitCodes.interrupted ? "interrupted" : "blocked";

/** The events that end a rehearsal or a release which failed before it could tell an outcome itself: what is wrong, then the outcome. */
export function lastWords(error: unknown, startedAt: Instant, now: Instant, release = ""): readonly Event[] {
  const { exit, ...words } = wordsOf(error);
  return [
    { type: "error", ...words, at: now },
    {
      type: "outcome",
      outcome: failedAs(exit),
      exit,
      because: words.message,
      release,
      requests: { total: 0, failed: 0 },
      ms: now - startedAt,
      undid: [],
      left: [],
      report: "",
      at: now,
    },
  ];
}
