import type { Event } from "../base/events.ts";
import { repainted } from "./repainted.ts";
import { screenLines } from "./screen.ts";
import { blank, storyAfter } from "./story.ts";
import type { View } from "./view.ts";

/** A view that repaints itself in place; what is painted comes from `screenLines`. */
export function liveView(terminal: NodeJS.WriteStream): View {
  let story = blank;
  let said: readonly string[] = [];
  let question: string | undefined;
  // Nothing is painted before the first event: a mistake in the options is a message, not an empty screen.
  const screen = repainted(terminal, (canvas) => screenLines(story, { ...canvas, said: [...said, ...(question ? [question] : [])] }));
  return {
    tell: (event: Event) => {
      screen.paint();
      story = storyAfter(story, event);
      if (event.type === "step-started" || event.type === "step-done" || event.type === "turned-back") question = undefined;
    },
    ask: (text) => {
      screen.paint();
      question = text;
    },
    say: (text) => {
      screen.paint();
      said = [...said.slice(-2), text];
    },
    end: screen.end,
  };
}
