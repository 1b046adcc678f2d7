import { instant } from "../base/time.ts";
import type { Entry } from "../ports/ledger.ts";
import { sameHolder } from "./state.ts";

/**
 * The entries as if one clock had told all their times, that of whoever wrote last. A release has several hosts, whose clocks differ, and a clock can be
 * set. What was written is in order by its position; a time says only how long after another one it was, to whoever wrote both. So where another host
 * goes on, where a clock went back, and where a host has found that its own was set, nothing is counted between the two entries: a bake can
 * last longer for that, and never shorter. The same array comes back where one clock told everything. People only ask, by clocks of their own.
 */
export function byOneClock(entries: readonly Entry[]): readonly Entry[] {
  let shift = 0;
  let later: Entry | undefined;
  let shifted = false;
  const told = entries.toReversed().map((entry): Entry => {
    if (entry.kind === "asked") return entry;
    if (later && isCut(entry, later)) shift += later.at - entry.at;
    later = entry;
    if (shift === 0) return entry;
    shifted = true;
    return { ...entry, at: instant(entry.at + shift) };
  });
  return shifted ? told.toReversed() : entries;
}

const isCut = (entry: Entry, later: Entry): boolean =>
  !sameHolder(entry.holder, later.holder) ||
  later.at < entry.at ||
  (later.kind === "held" && Reflect.get(Object(later.body), "anew") === true);
