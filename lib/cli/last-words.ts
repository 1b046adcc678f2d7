import { errorCodes, UserError } from "../base/errors.ts";
import type { Event } from "../base/events.ts";
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

/** The events that end a rehearsal which failed before it could tell an outcome itself: what is wrong, then the outcome. */
export function lastWords(error: unknown, startedAt: Instant, now: Instant): readonly Event[] {
  const { exit, ...words } = wordsOf(error);
  return [
    { type: "error", ...words, at: now },
    {
      type: "outcome",
      // Exit code 2 and 12 stand for something in the way; 1 and 4 for something that broke.
      outcome: exit === 1 || exit === 4 ? "failed" : "blocked",
      exit,
      because: words.message,
      release: "",
      requests: { total: 0, failed: 0 },
      ms: now - startedAt,
      undid: [],
      left: [],
      report: "",
      at: now,
    },
  ];
}
