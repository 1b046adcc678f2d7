import { type Clock, duration } from "../../../lib/base/time.ts";
import type { Draft } from "../../../lib/ports/ledger.ts";
import type { World } from "../../../lib/ports/world.ts";
import { newController, record, turn } from "../../../lib/release/controller.ts";
import { phaseOf } from "../../../lib/release/phase.ts";
import type { SealedPlan } from "../../../lib/release/plan.ts";
import { foldLedger } from "../../../lib/release/state.ts";
import { Killed } from "../../release/mortal.ts";

const holder = { name: "test", host: "here", pid: 1, started: "1" };

/** What a walk goes through. */
interface Walked {
  /** A world that nobody used before. */
  readonly open: () => World;
  readonly clock: Clock;
  /** The weights as they are read back. */
  readonly look: () => Promise<string>;
}

/** Kills whoever writes something for the first time, after it was done and before it is written down. */
function killer() {
  const killedAt = new Set<string>();
  const what = ({ kind, step, body }: Draft) =>
    // The number of a change and the time are others when it is done again.
    `${kind} ${step} ${kind === "noted" ? JSON.stringify(body).replaceAll(/C[0-9A-Z]{5,}|\d{4}-\S+Z/g, "") : ""}`.trim();
  const lend = (world: World): World => ({
    ...world,
    ledger: {
      ...world.ledger,
      append: async (expected, draft) => {
        const key = what(draft);
        if (draft.kind === "held" || killedAt.has(key)) return world.ledger.append(expected, draft);
        killedAt.add(key);
        throw new Killed();
      },
    },
  });
  return { lend, killedAt };
}

/** Turns until the release has ended. Each turn is another process's, and each thing that is done is once killed before it is written down. */
export async function walk({ open, clock, look }: Walked, sealed: SealedPlan) {
  const { ledger } = open();
  const { release: id } = sealed.plan;
  await record(ledger, "planned", sealed, { release: id, at: clock.now(), holder });
  const { lend, killedAt } = killer();
  const seen: string[] = [];
  for (;;) {
    const next = await turn(newController(lend(open()), holder, () => {}, duration(900_000))).catch((error: unknown) => {
      if (error instanceof Killed) return undefined;
      throw error;
    });
    const { release } = foldLedger(await ledger.read());
    const line = `${phaseOf(release)} ${await look()}`;
    if (seen.at(-1) !== line) seen.push(line);
    if (next?.is === "ended") return { seen, killedAt, release: next.release };
    if (next && next.in > 0) await clock.wait(next.in);
  }
}
