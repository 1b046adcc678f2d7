import path from "node:path";
import type { AwsEnd, AwsEvent, AwsOutcome, AwsTold } from "../actions/aws-events.ts";
import { viewOf } from "../actions/preview.ts";
import { errorCodes, UserError } from "../base/errors.ts";
import { exitCodes } from "../base/outcome.ts";
import { type Instant, showDuration, systemClock } from "../base/time.ts";
import { awsLines } from "./aws-lines.ts";
import { awsBlank, awsScreen, awsStoryAfter } from "./aws-screen.ts";
import { previewLines } from "./changes-text.ts";
import { jsonView } from "./json.ts";
import { wordsOf } from "./last-words.ts";
import { type Output, openOutput } from "./output.ts";
import { paintFor } from "./paint.ts";
import { catchSignals } from "./signals.ts";
import { viewKind } from "./view.ts";

interface AwsRun {
  readonly environment: string;
  readonly json: boolean;
  /** The command to run when all went well. */
  readonly next: string;
}

type Tell = (told: AwsTold) => void;
type OutcomeTold = Extract<AwsTold, { type: "outcome" }>;

/**
 * Runs an action on AWS, shows it, and returns the exit code. With `--json` the last line is an outcome whatever happens. Ctrl-C stops the
 * watching and not AWS, which cannot be stopped half-way. That the reader of a pipe went away stops nothing either.
 */
export async function runOnAws(run: AwsRun, work: (tell: Tell) => Promise<AwsEnd>): Promise<number> {
  const [data, talk] = [openOutput(process.stdout, () => {}), openOutput(process.stderr, () => {})];
  const interrupts = catchSignals(() => {});
  const watched = watchedBy(run, { data, talk });
  const stopped = Promise.withResolvers<undefined>();
  interrupts.signals.stop.addEventListener("abort", () => stopped.resolve(undefined));
  let finished = false;
  try {
    const end = await Promise.race([work(watched.tell), stopped.promise]);
    finished = end !== undefined;
    const told = watched.end(end ?? stopWords(watched.began()));
    await watched.close();
    if (!run.json) data.write(summary(told, run.next));
    return told.exit;
  } catch (error) {
    finished = true;
    watched.fail(error);
    await watched.close();
    if (!run.json || !(error instanceof UserError)) throw error;
    return errorCodes[error.code].exit;
  } finally {
    await Promise.all([data.flush(), talk.flush()]);
    interrupts.release();
    // The engine would go on asking AWS how far it is, and keep the process alive.
    if (!finished) process.exit(exitCodes.aborted);
    data.close();
    talk.close();
  }
}

interface Streams {
  readonly data: Output;
  readonly talk: Output;
}

/** What an action tells, shown until it has ended: an engine that nobody waits for goes on telling. */
function watchedBy(run: AwsRun, streams: Streams) {
  const startedAt = systemClock.now();
  const view = viewFor(run, { ...streams, startedAt });
  let [began, isOver] = [false, false];
  const { tell, release } = withoutEcho((told) => {
    began ||= told.type === "resource" || (told.type === "stack" && told.is === "started");
    view.tell({ ...told, at: systemClock.now() });
  });
  const tellEnd = (end: Omit<OutcomeTold, "type" | "environment" | "ms">): OutcomeTold => {
    const outcome = { type: "outcome", environment: run.environment, ms: systemClock.now() - startedAt, ...end } as const;
    tell(outcome);
    isOver = true;
    return outcome;
  };
  return {
    tell: (told: AwsTold) => {
      if (!isOver) tell(told);
    },
    /** Whether AWS is at work, or was. */
    began: () => began,
    end: (end: AwsEnd): OutcomeTold => tellEnd({ ...end, exit: end.outcome === "aborted" ? exitCodes.aborted : 0 }),
    fail: (error: unknown) => {
      release(error);
      // People are told by whoever catches it.
      if (!run.json) return;
      const { exit, ...words } = wordsOf(error);
      tell({ type: "error", ...words });
      tellEnd({ outcome: failedAs(exit, began), exit, because: words.message, map: "", kept: [] });
    },
    close: () => view.end(),
  };
}

/** Keeps a note back until something else is told: engines often say as a note what they then throw. */
export function withoutEcho(tell: Tell): { readonly tell: Tell; release(error?: unknown): void } {
  let held: AwsTold | undefined;
  const release = (error?: unknown) => {
    if (held && !(held.type === "note" && repeats(held.text, error))) tell(held);
    held = undefined;
  };
  return {
    tell: (told) => {
      release();
      if (told.type === "note") held = told;
      else tell(told);
    },
    release,
  };
}

/** Whether an error says all of a note, in whatever lines. */
function repeats(note: string, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const said = [error.message, ...(error instanceof UserError ? error.details : [])].flatMap((text) => text.split("\n"));
  return note.split("\n").every((line) => said.includes(line.trim()));
}

/** Nothing half-way: something stands in the way. Otherwise it is to be run again. */
const failedAs = (exit: number, began: boolean): AwsOutcome => (exit === 1 || began ? "failed" : "blocked");

const stopWords = (began: boolean): AwsEnd => ({
  outcome: "aborted",
  because: began
    ? "nobody watches any more; AWS goes on with what it began, and the same command finishes it"
    : "stopped before anything was changed",
  map: "",
  kept: [],
});

interface AwsView {
  tell(event: AwsEvent): void;
  end(): Promise<void>;
}

function viewFor({ environment, json }: AwsRun, { data, talk, startedAt }: Streams & { readonly startedAt: Instant }): AwsView {
  const kind = viewKind(json, process.stderr.isTTY === true, process.env);
  if (kind === "json") return { ...jsonView(data), end: async () => {} };
  if (kind === "plain") return { tell: (event) => talk.write(awsLines(event, startedAt)), end: async () => {} };
  return liveAwsView(environment, talk);
}

/** First what would change, once and for good; then, while AWS works, lines that repaint themselves. */
function liveAwsView(environment: string, talk: Output): AwsView {
  let story = awsBlank;
  let screen: Promise<{ paint(): void; end(): Promise<void> }> | undefined;
  return {
    tell: (event) => {
      if (event.type === "note" && !screen) return talk.write([event.text]);
      story = awsStoryAfter(story, event);
      if (event.type === "changes") talk.write(previewLines(viewOf(environment, event.stacks), paintFor(process.stderr)));
      if (event.type !== "stack" && event.type !== "resource") return;
      screen ??= import("./repainted.ts").then(({ repainted }) => {
        const opened = repainted(process.stderr, (canvas) => awsScreen(story, canvas));
        opened.paint();
        return opened;
      });
    },
    end: async () => (await screen)?.end(),
  };
}

function summary({ outcome, exit, because, ms, map, kept }: OutcomeTold, next: string): readonly string[] {
  const row = (name: string, text: string): string => `${name.padEnd(9)} ${text}`;
  return [
    row("outcome", `${outcome} (exit code ${exit})`),
    row("because", because),
    row("took", showDuration(ms)),
    ...kept.map((one, at) => row(at === 0 ? "kept" : "", one)),
    ...(map === "" ? [] : [row("map", path.relative(process.cwd(), map))]),
    ...(outcome === "aborted" || next === "" ? [] : [row("next", next)]),
  ];
}
