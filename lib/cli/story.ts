import type { Event, Role } from "../base/events.ts";
import { handedOver } from "./phrases.ts";

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** One stage of one version, from its beginning. */
export interface StageStory {
  readonly role: Role;
  readonly stage: string;
  readonly log: string;
  /** Undefined while it runs. */
  readonly end: Of<"stage-ended"> | undefined;
}

/** One step of the sealed plan; those that were not reached are there too, as `waiting`. */
export interface StepStory {
  readonly id: string;
  readonly title: string;
  readonly is: "waiting" | "running" | "done" | "undone";
  /** How long it took; undefined until it is done. */
  readonly ms: number | undefined;
}

/** What happened so far, as far as a view or a summary shows it: a fold over the events of one rehearsal. */
export interface Story {
  /** The state folder; undefined until the rehearsal has begun. */
  readonly state: string | undefined;
  readonly sources: readonly Of<"source">[];
  readonly stages: readonly StageStory[];
  readonly artifacts: readonly Of<"artifact">[];
  readonly plane: Of<"plane"> | undefined;
  readonly live: Of<"live"> | undefined;
  readonly traffic: Of<"traffic"> | undefined;
  readonly plan: Of<"plan"> | undefined;
  readonly steps: readonly StepStory[];
  /** The newest reading. */
  readonly reading: Of<"reading"> | undefined;
  /** The longest that the bake which runs now was said to take. */
  readonly bake: number;
  readonly verdict: Of<"verdict"> | undefined;
  /** Why it waits for a person; undefined when it does not. */
  readonly waiting: string | undefined;
  readonly turnedBack: Of<"turned-back"> | undefined;
  readonly errors: readonly Of<"error">[];
  /** The newest few things beside the steps: notes, requests by people, faults. */
  readonly asides: readonly string[];
  readonly outcome: Of<"outcome"> | undefined;
}

/** A rehearsal before its first event. */
export const blank: Story = {
  state: undefined,
  sources: [],
  stages: [],
  artifacts: [],
  plane: undefined,
  live: undefined,
  traffic: undefined,
  plan: undefined,
  steps: [],
  reading: undefined,
  bake: 0,
  verdict: undefined,
  waiting: undefined,
  turnedBack: undefined,
  errors: [],
  asides: [],
  outcome: undefined,
};

/** The story with one more event. */
export function storyAfter(story: Story, event: Event): Story {
  switch (event.type) {
    case "state":
      return { ...story, state: event.folder };
    case "source":
      return { ...story, sources: [...story.sources, event] };
    case "stage-started":
      return { ...story, stages: [...story.stages, { role: event.role, stage: event.stage, log: event.log, end: undefined }] };
    case "stage-ended":
      return { ...story, stages: stagesAfter(story.stages, event) };
    case "artifact":
      return { ...story, artifacts: [...story.artifacts, event] };
    case "plane":
    case "live":
    case "traffic":
    case "outcome":
      return { ...story, [event.type]: event };
    case "plan":
      return { ...story, plan: event, steps: event.steps.map(({ id, title }) => ({ id, title, is: "waiting", ms: undefined })) };
    case "step-started":
      return { ...withStep(story, event, { is: "running" }), bake: 0, waiting: undefined };
    case "step-done":
      return { ...withStep(story, event, { is: "done", ms: event.ms }), waiting: undefined };
    case "step-undone":
      return withStep(story, { step: event.step, title: "" }, { is: "undone" });
    case "reading":
      return { ...story, reading: event, bake: Math.max(story.bake, event.left) };
    case "verdict":
      return { ...story, verdict: event };
    case "waiting":
      return { ...story, waiting: event.because };
    case "turned-back":
      return { ...story, turnedBack: event, waiting: undefined };
    case "error":
      return { ...story, errors: [...story.errors, event] };
    case "note":
      return aside(story, event.text);
    case "asked":
      return aside(story, `${event.by} asked: ${event.what}`);
    case "fault":
      return aside(story, `fault ${event.fault}: ${event.text}`);
    case "handed-over":
      return aside(story, handedOver(event.release, event.to));
    case "resumed":
      return aside(story, `${event.release} goes on: ${event.because}`);
  }
}

function aside(story: Story, text: string): Story {
  return { ...story, asides: [...story.asides.slice(-2), text] };
}

/** A release that goes on after its controller died tells no plan again: then the steps are those that are heard of. */
function withStep(story: Story, { step: id, title }: { step: string; title: string }, change: Partial<StepStory>): Story {
  const known = story.steps.some((step) => step.id === id);
  const steps = known || title === "" ? story.steps : [...story.steps, { id, title, is: "waiting", ms: undefined } as const];
  return { ...story, steps: steps.map((step) => (step.id === id ? { ...step, ...change } : step)) };
}

/** A stage that was skipped may never have been started. */
function stagesAfter(stages: readonly StageStory[], end: Of<"stage-ended">): readonly StageStory[] {
  const at = stages.findLastIndex((stage) => stage.role === end.role && stage.stage === end.stage && !stage.end);
  const { role, stage, log } = end;
  return at < 0 ? [...stages, { role, stage, log, end }] : stages.with(at, { role, stage, log, end });
}
