import { createHash } from "node:crypto";
import type { Entry, Holder, Ledger } from "../../ports/ledger.ts";

/** A ledger in memory. Holders named in `gone` count as dead. */
export function simulatedLedger(gone: ReadonlySet<number>, diskFullFrom: () => number): Ledger {
  const entries: Entry[] = [];
  let lastHash = "0".repeat(64);
  return {
    read: async () => [...entries],
    async append(expected, draft) {
      if (expected !== entries.length) return { is: "fenced", next: entries.length };
      // Through JSON, like every real ledger: what does not survive that must not be written.
      const entry: Entry = JSON.parse(JSON.stringify({ v: 1, position: expected, ...draft, prevHash: lastHash }));
      lastHash = createHash("sha256").update(JSON.stringify(entry)).digest("hex");
      entries.push(entry);
      return { is: "appended", position: expected, room: expected >= diskFullFrom() ? "reserve" : "ok" };
    },
    isGone: async (holder: Holder) => gone.has(holder.pid),
  };
}
