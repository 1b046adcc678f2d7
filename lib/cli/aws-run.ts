import path from "node:path";
import type { AwsEnd, AwsEvent, AwsOutcome, AwsTold } from "../actions/aws-events.ts";
import { viewOf } from "../actions/preview.ts";
import { errorCodes, UserError } from "../base/errors.ts";
import { exitCodes } from "../base/outcome.ts";
import { type Instant, showDuration, systemClock } from "../base/time.ts";
import { awsLines } from "./aws-lines.ts";
import { awsBlank, awsScreen, awsStoryAfter } from "./aws-screen.ts";
import { previewLines } from "./changes-text.ts";
import { type Output, openOutput } from "./output.ts";
import { paintFor } from "./paint.ts";
import { viewKind } from "./view.ts";

export interface AwsRun {
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
  const startedAt = systemClock.now();
  const view = viewFor(run, { data, talk, startedAt });
  let began = false;
  const { tell, release } = withoutEcho((told) => {
    began ||= told.type === "resource";
    view.tell({ ...told, at: systemClock.now() });
  });
  const stopped = interrupted();
  const tellEnd = (end: Omit<OutcomeTold, "type" | "environment" | "ms">): OutcomeTold => {
    const outcome = { type: "outcome", environment: run.environment, ms: systemClock.now() - startedAt, ...end } as const;
    tell(outcome);
    return outcome;
  };
  try {
    const end = await Promise.race([work(tell), stopped.when.then(() => stopWords(began))]);
    const told = tellEnd({ ...end, exit: end.outcome === "aborted" ? exitCodes.aborted : 0 });
    await view.end();
    if (!run.json) data.write(summary(told, run.next));
    return told.exit;
  } catch (error) {
    release(error);
    await view.end();
    if (!run.json) throw error;
    const { exit, ...words } = wordsOf(error);
    tell({ type: "error", ...words });
    tellEnd({ outcome: failedAs(exit, began), exit, because: words.message, map: "", kept: [] });
    if (error instanceof UserError) return exit;
    throw error;
  } finally {
    stopped.release();
    await Promise.all([data.flush(), talk.flush()]);
    // The engine would go on asking AWS how far it is, and keep the process alive.
    if (stopped.is()) process.exit(exitCodes.aborted);
    data.close();
    talk.close();
  }
}

/** Keeps a note back until something else is told: engines often say as a note what they then throw. */
export function withoutEcho(tell: Tell): { readonly tell: Tell; release(error?: unknown): void } {
  let held: AwsTold | undefined;
  const release = (error?: unknown) => {
    const echo = held?.type === "note" && error instanceof Error && held.text === error.message;
    if (held && !echo) tell(held);
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

function wordsOf(error: unknown) {
  const known = error instanceof UserError ? error : undefined;
  return {
    exit: known ? errorCodes[known.code].exit : 1,
    code: known?.code ?? "sluice/bug",
    message: error instanceof Error ? error.message : String(error),
    fix: known?.fix ?? "report it with the lines on stderr",
    details: known?.details ?? [],
  };
}

const caught = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function interrupted() {
  const stop = Promise.withResolvers<void>();
  let stopped = false;
  const onSignal = () => {
    stopped = true;
    stop.resolve();
  };
  for (const name of caught) process.on(name, onSignal);
  return {
    when: stop.promise,
    is: () => stopped,
    release: () => {
      for (const name of caught) process.off(name, onSignal);
    },
  };
}

interface Streams {
  readonly data: Output;
  readonly talk: Output;
  readonly startedAt: Instant;
}

interface AwsView {
  tell(event: AwsEvent): void;
  end(): Promise<void>;
}

function viewFor({ environment, json }: AwsRun, { data, talk, startedAt }: Streams): AwsView {
  const kind = viewKind(json, process.stderr.isTTY === true, process.env);
  if (kind === "json") return { tell: ({ type, ...rest }) => data.write([JSON.stringify({ type, ...rest })]), end: async () => {} };
  if (kind === "plain") return { tell: (event) => talk.write(awsLines(event, startedAt)), end: async () => {} };
  return liveAwsView(environment, talk);
}

/** First what would change, once and for good; then, while AWS works, lines that repaint themselves. */
function liveAwsView(environment: string, talk: Output): AwsView {
  let story = awsBlank;
  let screen: Promise<{ paint(): void; end(): Promise<void> }> | undefined;
  return {
    tell: (event) => {
      story = awsStoryAfter(story, event);
      if (event.type === "changes") talk.write(previewLines(viewOf(environment, event.stacks), paintFor(process.stderr)));
      if (event.type === "note" && !screen) talk.write([event.text]);
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
