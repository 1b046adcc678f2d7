import { DefaultRenderer, Listr, ListrLogger, ProcessOutput, Spinner } from "listr2";
import { type Paint, paintFor } from "./paint.ts";

/** How a terminal looks at the moment of a painting. */
export interface Canvas {
  readonly columns: number;
  /** What stands before things that run: one character that changes. */
  readonly spinner: string;
  readonly paint: Paint;
}

/** Lines that repaint themselves in place. */
interface Repainted {
  /** Begins to paint, the first time. Nothing is painted before there is something to see. */
  paint(): void;
  /** Leaves the last lines on the terminal, and gives it back. */
  end(): Promise<void>;
}

/** Repaints the lines of a view in place. listr2 paints, ticks and keeps others' output away. */
export function repainted(terminal: NodeJS.WriteStream, lines: (canvas: Canvas) => readonly string[]): Repainted {
  const spinner = new Spinner();
  const paint = paintFor(terminal);

  class Screen extends DefaultRenderer {
    // listr2 asks about stdout, which may be a pipe; whether we paint at all was decided by whoever opened this view.
    static override nonTTY = true;
    override create(): string {
      return lines({ columns: terminal.columns || 80, spinner: spinner.fetch(), paint }).join("\n");
    }
  }

  const finish = Promise.withResolvers<void>();
  const list = new Listr([{ title: "", task: () => finish.promise }], {
    renderer: Screen,
    rendererOptions: { spinner, logger: new ListrLogger({ processOutput: new ProcessOutput(terminal, process.stdout) }) },
    // What Ctrl-C means is for whoever runs the action to say; listr2 would end the process.
    registerSignalListeners: false,
  });
  let painted: Promise<unknown> | undefined;
  return {
    paint: () => {
      painted ??= list.run();
    },
    end: async () => {
      finish.resolve();
      await painted;
    },
  };
}
