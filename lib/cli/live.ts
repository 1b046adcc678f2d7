import { DefaultRenderer, Listr, ListrLogger, ProcessOutput, Spinner } from "listr2";
import type { Event } from "../base/events.ts";
import { paintFor } from "./paint.ts";
import { screenLines } from "./screen.ts";
import { blank, storyAfter } from "./story.ts";
import type { View } from "./view.ts";

/** A view that repaints itself in place. listr2 paints, ticks and keeps others' output away; what is painted comes from `screenLines`. */
export function liveView(terminal: NodeJS.WriteStream): View {
  let story = blank;
  let said: readonly string[] = [];
  let question: string | undefined;
  const spinner = new Spinner();
  const paint = paintFor(terminal);

  class Screen extends DefaultRenderer {
    // listr2 asks about stdout, which may be a pipe; whether we paint at all was decided by whoever opened this view.
    static override nonTTY = true;
    override create(): string {
      return screenLines(story, {
        columns: terminal.columns || 80,
        spinner: spinner.fetch(),
        paint,
        said: [...said, ...(question ? [question] : [])],
      }).join("\n");
    }
  }

  const finish = Promise.withResolvers<void>();
  const list = new Listr([{ title: "rehearsal", task: () => finish.promise }], {
    renderer: Screen,
    rendererOptions: { spinner, logger: new ListrLogger({ processOutput: new ProcessOutput(terminal, process.stdout) }) },
    // Ctrl-C rolls back; listr2 would end the process.
    registerSignalListeners: false,
  });
  let painted: Promise<unknown> | undefined;
  // Nothing is painted before there is something to see: a mistake in the options is a message, not an empty screen.
  const paintOn = () => {
    painted ??= list.run();
  };
  return {
    tell: (event: Event) => {
      paintOn();
      story = storyAfter(story, event);
      if (event.type === "step-started" || event.type === "step-done" || event.type === "turned-back") question = undefined;
    },
    ask: (text) => {
      paintOn();
      question = text;
    },
    say: (text) => {
      paintOn();
      said = [...said.slice(-2), text];
    },
    end: async () => {
      finish.resolve();
      await painted;
    },
  };
}
