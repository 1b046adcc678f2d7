import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Plan } from "../../plan/template.ts";
import type { Progress, ResourceProgress } from "../../ports/engine.ts";
import { plannedBy } from "./planned.ts";

/** What Pulumi does to a resource, in our words; the steps of a replacement are a creation and a deletion. */
const verbs: Readonly<Record<string, ResourceProgress["does"]>> = {
  create: "create",
  "create-replacement": "create",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
  import: "import",
  "import-replacement": "import",
};

interface PulumiProgress {
  hear(event: EngineEvent): void;
  /** Tells that the stacks are done, unless all of it was a preview. */
  end(): void;
  /** The resources that failed, the first one first, each with its cause. */
  failures(): readonly ResourceProgress[];
}

/** Tells what the events of Pulumi's engine say. The cause of a failure comes in an event of its own, before or after the failure. */
export function progressFrom(plan: Plan, tell: (progress: Progress) => void): PulumiProgress {
  const planned = plannedBy(plan);
  const causes = new Map<string, string>();
  const failed = new Map<string, ResourceProgress>();
  const began = new Set<string>();
  let planning = false;
  const begin = (stack: string): void => {
    if (!began.has(stack)) tell({ type: "stack", stack, is: "started" });
    began.add(stack);
  };
  const step = (metadata: NonNullable<EngineEvent["resourcePreEvent"]>["metadata"], is: ResourceProgress["is"]): void => {
    const does = verbs[metadata.op];
    const known = planned(metadata.urn);
    if (!does || !known) return;
    begin(known.stack);
    const kept = does === "delete" && is === "done" && metadata.old?.retainOnDelete === true;
    const progress = { type: "resource", ...known, does, is: kept ? "kept" : is, because: causes.get(metadata.urn) ?? "" } as const;
    if (is === "failed") failed.set(metadata.urn, progress);
    else tell(progress);
  };
  return {
    hear: ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }) => {
      planning ||= resourcePreEvent?.planning === true;
      if (resourcePreEvent && !resourcePreEvent.planning) step(resourcePreEvent.metadata, "started");
      if (resOutputsEvent && !resOutputsEvent.planning) step(resOutputsEvent.metadata, "done");
      if (resOpFailedEvent) step(resOpFailedEvent.metadata, "failed");
      if (diagnosticEvent?.severity === "error" && diagnosticEvent.urn) causes.set(diagnosticEvent.urn, cleaned(diagnosticEvent.message));
      if (diagnosticEvent?.severity === "warning") tell({ type: "note", text: cleaned(diagnosticEvent.message) });
    },
    end: () => {
      if (planning) return;
      for (const { name } of plan.stacks) tell({ type: "stack", stack: name, is: began.has(name) ? "done" : "unchanged" });
    },
    failures: () => {
      const told = [...failed].map(([urn, progress]) => ({ ...progress, because: causes.get(urn) ?? progress.because }));
      for (const progress of told) tell(progress);
      return told;
    },
  };
}

/** Without Pulumi's marks of colour, such as `<{%reset%}>`. */
const cleaned = (message: string): string =>
  message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
