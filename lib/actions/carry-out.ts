import type { Ledger } from "../ports/ledger.ts";
import { type Controller, record, run } from "../release/controller.ts";
import type { Release } from "../release/state.ts";

/** Turns the controller until the release has ended. The first Ctrl-C asks for a rollback, as any other person would. */
export async function turnUntilEnded(controller: Controller, release: string, stop: AbortSignal, ledger: Ledger): Promise<Release> {
  const { world, holder, tell } = controller;
  const onStop = () =>
    void record(ledger, "asked", { what: "rollback", by: "Ctrl-C" }, { release, at: world.clock.now(), holder }).catch((error: unknown) => {
      // The release goes on as it was: the next turn meets the same ledger and ends with the same error.
      tell({ type: "note", text: `the rollback could not be asked for: ${error instanceof Error ? error.message : String(error)}` });
    });
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  const still = new AbortController();
  try {
    // A signal that has fired would end every wait at once, and the loop would spin.
    return await run(controller, { signal: () => (stop.aborted ? still.signal : stop) });
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}
