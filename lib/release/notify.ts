import { UserError } from "../base/errors.ts";
import type { Tell } from "../base/events.ts";
import type { Entry } from "../ports/ledger.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Notified } from "./facts.ts";
import { noticesOf, type Told } from "./notices.ts";
import type { Release } from "./state.ts";

/**
 * Tells what each notifier has not told yet, and resolves with how far those are that told something. What was sent and not written down is sent
 * again by whoever comes next: never not at all, rarely twice. One that fails is told of and left for the next time.
 */
export async function notify(
  notifiers: readonly Notifier[],
  release: Release,
  entries: readonly Entry[],
  tell: Tell,
): Promise<Notified | undefined> {
  if (notifiers.length === 0) return undefined;
  const notices = noticesOf(release, entries);
  const reached = await Promise.all(
    notifiers.map(async (notifier) => {
      const due = notices.filter(({ position }) => position > (release.notified[notifier.name] ?? -1));
      const last = await sendAll(notifier, due, tell);
      return last === undefined ? [] : [[notifier.name, last] as const];
    }),
  );
  const told = reached.flat();
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** The position of the last one that was taken. They are told in their order, so one that is not taken holds up those after it. */
async function sendAll(notifier: Notifier, due: readonly Told[], tell: Tell): Promise<number | undefined> {
  let last: number | undefined;
  for (const { position, notice } of due) {
    try {
      await notifier.send(notice);
      last = position;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      tell({ type: "note", text: `nobody was told by ${notifier.name} that ${notice.text}: ${error.message}` });
      break;
    }
  }
  return last;
}
