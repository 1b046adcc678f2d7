import { UserError } from "../../lib/base/errors.ts";
import type { World } from "../../lib/ports/world.ts";
import { type Controller, turn } from "../../lib/release/controller.ts";
import { begin, type Choices, holder, type Scenario, scenario } from "./scenario.ts";

/** A release that was just planned. */
export async function stage(choices: Choices = {}): Promise<Scenario> {
  const made = scenario(choices);
  await begin(made);
  return made;
}

/** The code of the user's mistake that something is refused with. */
export const refusal = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => "not refused",
    (error: unknown) => (error instanceof UserError ? error.code : error),
  );

/** What stands in the ledger, as `kind step`. */
export const kindsOf = async ({ ledger }: World): Promise<string[]> =>
  (await ledger.read()).map(({ kind, step }) => (step === "" ? kind : `${kind} ${step}`));

/** Whose, when, and by whom an entry of this release is. */
export const entryBy = ({ world, sealed }: Scenario, pid = 1) => ({
  release: sealed.plan.release,
  at: world.clock.now(),
  holder: holder(pid),
});

/** Turns until something is so, a hundred times at most. */
export async function turnsUntil(controller: Controller, so: () => boolean | Promise<boolean>): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    if (await so()) return;
    const next = await turn(controller);
    if (next.is === "again" && next.in > 0) await controller.world.clock.wait(next.in);
  }
  throw new Error("a hundred turns, and it is not so");
}
