import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { rehearsalLedger } from "../../lib/actions/rehearsal/open.ts";
import { instant } from "../../lib/base/time.ts";
import type { Ledger } from "../../lib/ports/ledger.ts";
import { draft, type FactKind, type Facts } from "../../lib/release/facts.ts";
import type { SealedPlan } from "../../lib/release/plan.ts";
import { holderHere } from "../../lib/worlds/local/ledger.ts";
import { type Choices, scenario } from "../release/scenario.ts";

/** A project with a ledger in which a test writes what a controller would. This process is the one in charge. */
export interface Written {
  readonly project: string;
  readonly ledger: Ledger;
  write<Kind extends FactKind>(kind: Kind, body: Facts[Kind], step?: string): Promise<void>;
  /** Takes the environment for the release, as before its pipeline, and writes the plan down. */
  plan(choices?: Choices, sealed?: SealedPlan): Promise<void>;
  hold(forMs?: number): Promise<void>;
}

export function written(): Written {
  const project = mkdtempSync(path.join(os.tmpdir(), "written-"));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  const state = path.join(project, ".sluice");
  mkdirSync(path.join(state, "ledger"), { recursive: true });
  const ledger = rehearsalLedger(state);
  const holder = holderHere("ana");
  const write: Written["write"] = async (kind, body, step) => {
    const where = { release: "r-1", at: instant(Date.now()), holder, ...(step === undefined ? {} : { step }) };
    const result = await ledger.append((await ledger.read()).length, draft(kind, body, where));
    if (result.is !== "appended") throw new Error(`somebody else wrote: ${result.is}`);
  };
  const hold: Written["hold"] = (forMs = 60_000) => write("held", { until: instant(Date.now() + forMs) });
  return {
    project,
    ledger,
    write,
    hold,
    async plan(choices, sealed = scenario(choices).sealed) {
      await hold();
      await write("planned", sealed);
    },
  };
}

export const turnedBack = { because: "a gate failed", details: [], outcome: "rolled-back", gates: [] } as const;
