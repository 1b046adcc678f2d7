import type { AwsEvent, ResourceProgress } from "../actions/aws-events.ts";
import { resourceWords } from "./aws-lines.ts";
import { cut, wrapped } from "./paint.ts";
import type { Canvas } from "./repainted.ts";

interface StackStory {
  readonly name: string;
  readonly is: "waiting" | "started" | "done" | "unchanged";
  /** How many resources change. */
  readonly total: number;
  readonly done: number;
  /** What AWS works at, oldest first. */
  readonly at: readonly string[];
}

/** What happened so far, as far as the screen shows it: a fold over the events. */
export interface AwsStory {
  readonly stacks: readonly StackStory[];
  readonly failed: readonly ResourceProgress[];
  readonly notes: readonly string[];
}

/** The live view before the first event. */
export const awsBlank: AwsStory = { stacks: [], failed: [], notes: [] };

/** The story with one more event; of notes the last three are kept. */
export function awsStoryAfter(story: AwsStory, event: AwsEvent): AwsStory {
  switch (event.type) {
    case "changes":
      return {
        ...story,
        stacks: event.stacks.map(({ stack, changes }) => ({ name: stack, is: "waiting", total: changes.length, done: 0, at: [] })),
      };
    case "note":
      return { ...story, notes: [...story.notes.slice(-2), event.text] };
    case "stack":
      return changed(story, event.stack, (stack) => ({ ...stack, is: event.is, at: [] }));
    case "resource":
      return {
        ...changed(story, event.stack, (stack) => resourceAfter(stack, event)),
        failed: event.is === "failed" ? [...story.failed, event] : story.failed,
      };
    default:
      return story;
  }
}

function resourceAfter(stack: StackStory, { id, is }: ResourceProgress): StackStory {
  const others = stack.at.filter((other) => other !== id);
  if (is === "started") return { ...stack, at: [...others, id] };
  return { ...stack, at: others, done: stack.done + (is === "done" || is === "kept" ? 1 : 0) };
}

/** Deletions tell of stacks that no preview has counted. */
function changed(story: AwsStory, name: string, change: (stack: StackStory) => StackStory): AwsStory {
  const known = story.stacks.some((stack) => stack.name === name);
  const stacks: readonly StackStory[] = known ? story.stacks : [...story.stacks, { name, is: "started", total: 0, done: 0, at: [] }];
  return { ...story, stacks: stacks.map((stack) => (stack.name === name ? change(stack) : stack)) };
}

/** The live view as lines, none wider than the terminal. Pure. */
export function awsScreen({ stacks, failed, notes }: AwsStory, canvas: Canvas): readonly string[] {
  const { columns, paint } = canvas;
  const width = Math.max(0, ...stacks.map(({ name }) => name.length));
  const texts = [
    ...failed.map((one) => ["bad", `✖ ${one.stack}: ${resourceWords(one)}`] as const),
    ...notes.map((note) => ["quiet", note] as const),
  ];
  return [
    ...stacks.map((stack) => cut(stackLine(stack, width, canvas), columns - 1)),
    ...texts.flatMap(([tone, text]) => wrapped(text, columns - 1).map((line) => paint(tone, line))),
  ];
}

function stackLine({ name, is, total, done, at }: StackStory, width: number, { spinner, paint }: Canvas): string {
  const marks: Readonly<Record<StackStory["is"], string>> = {
    waiting: paint("quiet", "·"),
    started: spinner,
    done: paint("good", "✔"),
    unchanged: paint("quiet", "-"),
  };
  const count = total > 0 ? `${done}/${total}` : `${done}`;
  const now = is === "started" ? `${count}${at.length === 0 ? "" : `  ${at.join(", ")}`}` : is;
  return `${marks[is]} ${is === "started" ? paint("strong", name.padEnd(width)) : name.padEnd(width)}  ${paint("quiet", now)}`;
}
