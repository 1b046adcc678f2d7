import { createHash } from "node:crypto";
import { type Entry, endOf, type Holder, type Ledger } from "../../ports/ledger.ts";

/** The only machine on which holders can be seen to be gone. */
const here = "here";

/** A ledger in memory. Holders of this machine whose pids are in `gone` count as dead. */
export function simulatedLedger(gone: ReadonlySet<number>, diskFullFrom: number): Ledger {
  const entries: Entry[] = [];
  let lastHash = "0".repeat(64);
  return {
    read: async (from) => [...endOf(entries, from)],
    async append(expected, draft) {
      if (expected !== entries.length) return { is: "fenced", next: entries.length };
      // Through JSON, like every real ledger: what does not survive that must not be written.
      const line = JSON.stringify({ v: 1, position: expected, ...draft, prevHash: lastHash });
      lastHash = createHash("sha256").update(line).digest("hex");
      entries.push(JSON.parse(line));
      return { is: "appended", position: expected, room: expected >= diskFullFrom ? "reserve" : "ok" };
    },
    isGone: async ({ host, pid }: Holder) => host === here && gone.has(pid),
  };
}
