import { type Hand, nothingToUndo, untilWhole } from "./hand.ts";

/** Asks the candidate everything that the plan lists, through an address that reaches it alone. */
export const probe: Hand = {
  async act(work) {
    const { world, plan } = work;
    const notYet = await untilWhole(work);
    if (notYet) return notYet;
    const address = await world.router.test(plan.candidate.slot);
    const answers = await world.probe.ask(address, plan.checks);
    const bad = answers.filter(({ ok }) => !ok);
    if (bad.length === 0) return { is: "done" };
    return {
      is: "failed",
      because: `the candidate fails ${bad.length} of ${answers.length} probes`,
      details: bad.map(({ check, saw }) => `${check}: ${saw}`),
    };
  },
  undo: nothingToUndo,
};
