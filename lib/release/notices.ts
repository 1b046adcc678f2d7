import type { Entry } from "../ports/ledger.ts";
import type { Notice, NoticeKind } from "../ports/notifier.ts";
import { type Fact, factOf } from "./facts.ts";
import type { Step } from "./plan.ts";
import type { Release } from "./state.ts";

/** A notice with the position of the entry that it tells of. */
export interface Told {
  readonly position: number;
  readonly notice: Notice;
}

/** What there is to tell of a release, in order, as its ledger says. Pure: every host finds the same. */
export function noticesOf(release: Release, entries: readonly Entry[]): readonly Told[] {
  const { plan } = release.sealed;
  const [from, to] = [plan.live.artifact.version, plan.candidate.artifact.version];
  const found: Told[] = [];
  let weight = 0;
  for (const fact of entries.filter((entry) => entry.release === release.id).map(factOf)) {
    const step = plan.steps.find(({ id }) => id === fact.step);
    weight = weightAfter(weight, fact, step);
    const what = kindOf(fact, step);
    if (!what) continue;
    const { kind, text } = what;
    const id = [release.id, kind, ...(fact.step === "" ? [] : [fact.step])].join("/");
    const outcome = fact.kind === "ended" ? { outcome: fact.body.outcome } : {};
    const { environment } = plan;
    const notice = { id, kind, environment, release: release.id, at: fact.at, from, to, weight, ...outcome, text };
    found.push({ position: fact.position, notice });
  }
  return found;
}

/** In the wave that it is about. */
function weightAfter(before: number, fact: Fact, step: Step | undefined): number {
  if (fact.kind === "noted") return fact.body.weight ?? before;
  if (step?.kind === "start" && fact.kind === "started") return 0;
  const share = step && shareOf(step);
  if (share === undefined) return before;
  if (fact.kind === "done") return share;
  return fact.kind === "undone" ? 0 : before;
}

function kindOf(fact: Fact, step: Step | undefined): { readonly kind: NoticeKind; readonly text: string } | undefined {
  switch (fact.kind) {
    case "planned":
      return { kind: "begun", text: `the release of ${fact.body.plan.candidate.artifact.version} has begun` };
    case "started":
      return step?.kind === "approval" ? { kind: "waiting", text: "it waits for approval" } : undefined;
    case "done":
      return step && shiftedBy(step);
    case "turned-back": {
      const failed = fact.body.gates.some(({ is }) => is === "fail");
      return { kind: failed ? "gate-failed" : "turned-back", text: `it goes back: ${fact.body.because}` };
    }
    case "ended": {
      const { outcome, because } = fact.body;
      return { kind: outcome === "rolled-back" ? "rolled-back" : "ended", text: `it ended as ${outcome}: ${because}` };
    }
    default:
      return undefined;
  }
}

/** What the candidate has once a step is done that moves callers: a driver moves them all. */
function shareOf(step: Step): number | undefined {
  if (step.kind === "shift") return step.weight;
  return step.kind === "deploy" ? 100 : undefined;
}

function shiftedBy(step: Step): { readonly kind: NoticeKind; readonly text: string } | undefined {
  const share = shareOf(step);
  if (share === undefined) return undefined;
  const where = step.wave === undefined ? "" : ` in ${step.wave}`;
  return { kind: "shifted", text: `the candidate gets ${share} % of the traffic${where}` };
}
