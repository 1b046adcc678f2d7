/** How a release or rehearsal ended. */
export type Outcome = "released" | "rolled-back" | "aborted" | "blocked" | "superseded" | "failed";

/** What became of a command that carries a release out: how the release ended, or that the command ended before it did. */
export type CommandOutcome = Outcome | "interrupted";

/** What the process ends with for each outcome. A rollback never exits 0. */
export const exitCodes: Record<CommandOutcome, number> = {
  released: 0,
  failed: 4,
  "rolled-back": 10,
  aborted: 11,
  blocked: 12,
  superseded: 13,
  interrupted: 15,
};

/** The two fixed slots. Which of them is live and which the candidate is a role that the ledger gives them. */
export type Slot = "blue" | "green";

/** Both, in the order in which people are told of them. */
export const slots: readonly Slot[] = ["blue", "green"];

/** Where the candidate goes while this one is live, and the other way round. */
export const otherSlot = (slot: Slot): Slot => (slot === "blue" ? "green" : "blue");

/** The candidate's share of requests, 0 to 100. */
export type Weight = number & { readonly unit: "%" };

/** Throws on anything but 0 to 100: weights from users are checked by the configuration. */
export function weight(share: number): Weight {
  if (!(share >= 0 && share <= 100)) throw new RangeError(`not a weight: ${share}`);
  return share as Weight;
}
