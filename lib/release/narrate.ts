import type { Tell } from "../base/events.ts";
import type { Entry } from "../ports/ledger.ts";
import { type Fact, factOf } from "./facts.ts";
import { syntheticRequests } from "./plan.ts";
import { after, type Environment, foldLedger, titleOf } from "./state.ts";

/** Folds what is new in a ledger and tells it, whoever wrote it. The first time nothing is told of what others did before. */
export function hear(before: Environment | undefined, entries: readonly Entry[], tell: Tell): Environment {
  if (!before) return foldLedger(entries);
  let environment = before;
  for (const entry of entries.filter(({ position }) => position >= before.next)) {
    narrate(environment, entry, tell);
    environment = after(environment, factOf(entry));
  }
  return environment;
}

/** Tells as an event what was just written to the ledger. `before` is the state that it was written on. */
function narrate(before: Environment, entry: Entry, tell: Tell): void {
  const fact = factOf(entry);
  const { release } = before;
  if (!release) return;
  const startedAt = release.steps.find(({ step }) => step.id === fact.step)?.startedAt;
  const event = eventOf(fact, fact.at - (startedAt ?? fact.at), titleOf(release, fact.step));
  if (event) tell(event);
}

function eventOf(fact: Fact, ms: number, title: string): Parameters<Tell>[0] | undefined {
  switch (fact.kind) {
    case "started":
      return { type: "step-started", step: fact.step, title };
    case "done":
      return { type: "step-done", step: fact.step, title, ms };
    case "undone":
      return { type: "step-undone", step: fact.step, title: fact.body.detail };
    case "verdict":
      return { type: "verdict", step: fact.step, is: fact.body.is, because: fact.body.because, gates: fact.body.gates };
    case "turned-back":
      return { type: "turned-back", because: fact.body.because, details: fact.body.details, outcome: fact.body.outcome };
    case "noted":
      return { type: "note", text: fact.body.note };
    case "topped-up":
      return { type: "note", text: `sent ${syntheticRequests(fact.body.requests)}: too little traffic for the gates` };
    case "asked":
      return { type: "asked", what: fact.body.what, by: fact.body.by };
    case "undo-failed":
      return { type: "note", text: `could not undo ${title}: ${fact.body.because}` };
    case "seeded":
    case "held":
    case "planned":
    case "notified":
    case "ended":
      return undefined;
  }
}

/** The entries up to the end of a release, if it has ended: whoever comes late is told of that one, and not of those after it. */
export function untilEnd(entries: readonly Entry[], release: string): readonly Entry[] {
  const end = entries.findIndex((entry) => entry.release === release && entry.kind === "ended");
  return end < 0 ? entries : entries.slice(0, end + 1);
}
