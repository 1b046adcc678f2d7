import { UserError } from "../base/errors.ts";
import type { Tell } from "../base/events.ts";
import type { Clock } from "../base/time.ts";
import type { Entry } from "../ports/ledger.ts";
import type { Notice, Notifier } from "../ports/notifier.ts";
import type { Notified } from "./facts.ts";
import { noticesOf, type Told } from "./notices.ts";
import { pauseAfter } from "./patience.ts";
import type { Release } from "./state.ts";

/**
 * Tells what each notifier has not told yet, and resolves with how far those are that told something. What was sent and not written down is sent
 * again by whoever comes next: never not at all, rarely twice. One that fails is told of and left for the next time; `lastTime` is the clock by
 * which it is tried again a few times where there is none.
 */
export async function notify(
  notifiers: readonly Notifier[],
  release: Release,
  entries: readonly Entry[],
  tell: Tell,
  lastTime?: Clock,
): Promise<Notified | undefined> {
  if (notifiers.length === 0) return undefined;
  const notices = noticesOf(release, entries);
  const reached = await Promise.all(
    notifiers.map(async (notifier) => {
      const due = notices.filter(({ position }) => position > (release.notified[notifier.name] ?? -1));
      const last = await sendAll(notifier, due, tell, lastTime);
      return last === undefined ? [] : [[notifier.name, last] as const];
    }),
  );
  const told = reached.flat();
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** The position of the last one that was taken. They are told in their order, so one that is not taken holds up those after it. */
async function sendAll(notifier: Notifier, due: readonly Told[], tell: Tell, lastTime?: Clock): Promise<number | undefined> {
  let last: number | undefined;
  for (const { position, notice } of due) {
    const failed = await send(notifier, notice, lastTime);
    if (failed) {
      tell({ type: "note", text: `nobody was told by ${notifier.name} that ${notice.text}: ${failed.message}` });
      break;
    }
    last = position;
  }
  return last;
}

/** How often a notice is tried where nobody comes after. */
const lastAttempts = 3;

async function send(notifier: Notifier, notice: Notice, lastTime?: Clock, attempt = 1): Promise<UserError | undefined> {
  try {
    await notifier.send(notice);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const pause = attempt < lastAttempts ? pauseAfter(attempt) : undefined;
    if (!lastTime || pause === undefined) return error;
    await lastTime.wait(pause);
    return send(notifier, notice, lastTime, attempt + 1);
  }
}
