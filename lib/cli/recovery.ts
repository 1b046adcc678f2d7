import path from "node:path";
import { recoverFrom } from "../actions/recover-from.ts";
import type { RecoveryEnd, RecoveryEvent, TellRecovery } from "../actions/recovery/events.ts";
import type { Asked } from "../actions/target.ts";
import { errorCodes, UserError } from "../base/errors.ts";
import { type Instant, showDuration, systemClock } from "../base/time.ts";
import { refuseUnasked } from "./deploy.ts";
import { jsonLine } from "./json.ts";
import { endKilled, killable, killedText } from "./killable.ts";
import { failedAs, wordsOf } from "./last-words.ts";
import { openOutput } from "./output.ts";
import { askLine } from "./question.ts";
import { catchSignals } from "./signals.ts";

interface RecoveryRequest extends Asked {
  readonly kind: "failover" | "failback" | "replicate" | "drill";
  readonly lost: boolean;
  readonly version?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `sluice failover`, `failback`, `replicate` and `drill`: shows the plan, asks, carries it out from here, and returns the exit code. */
export async function runRecovery({ kind, lost, version, dryRun, yes, json, ...asked }: RecoveryRequest): Promise<number> {
  const startedAt = systemClock.now();
  const data = openOutput(process.stdout, () => {});
  const talk = openOutput(process.stderr, () => {});
  const interrupts = catchSignals(
    (text) => talk.write([text]),
    () =>
      kind === "replicate"
        ? "leaving it as it is, and what AWS has begun goes on; press Ctrl-C again to stop at once"
        : "putting everything back, if the database is not promoted yet; press Ctrl-C again to stop at once",
  );
  let waits = "";
  const tell: TellRecovery = (told) => {
    const event: RecoveryEvent = { ...told, at: systemClock.now() };
    if (json) return data.write([jsonLine(event)]);
    // The same wait is said once.
    const text = event.type === "recovery-waits" ? event.because : "";
    if (text === "" || text !== waits) talk.write(linesOf(event, startedAt));
    waits = text;
  };
  try {
    if (!yes && !dryRun) refuseUnasked(kind, json);
    const agree = yes ? undefined : () => agreed(kind, asked.environment);
    const wanted = { kind, lost, dryRun, agree, ...(version !== undefined && { version }) };
    const end = await killable(recoverFrom(asked, wanted, tell, interrupts.signals.stop), interrupts.signals.kill);
    if (json) tell(end);
    else data.write(summary(end));
    return end.exit;
  } catch (error) {
    const { kill } = interrupts.signals;
    if (!json && kill.aborted && error instanceof UserError) {
      talk.write([killedText(error)]);
      return errorCodes[error.code].exit;
    }
    if (!json) throw error;
    const { exit, ...words } = wordsOf(error);
    tell({ type: "error", ...words });
    tell({
      ...blocked,
      exit,
      outcome: failedAs(exit),
      because: words.message,
      environment: asked.environment,
      ms: systemClock.now() - startedAt,
    });
    if (!(error instanceof UserError)) throw error;
    return exit;
  } finally {
    await endKilled(interrupts.signals.kill, async () => {
      interrupts.release();
      await Promise.all([data.flush(), talk.flush()]);
      data.close();
      talk.close();
    });
  }
}

const blocked = { type: "outcome", left: [], report: "", next: "" } as const;

const agreed = async (kind: string, environment: string): Promise<boolean> =>
  /^y(es)?$/i.test((await askLine(`${kind} of ${environment}, as above? [y/N] `)) ?? "");

function linesOf(event: RecoveryEvent, startedAt: Instant): readonly string[] {
  const after = showDuration(event.at - startedAt).padStart(9);
  switch (event.type) {
    case "recovery-planned":
      return [
        `${event.kind} ${event.recovery}, from ${event.from} to ${event.to}${event.resumed ? ", left unfinished, goes on" : ""}:`,
        ...event.steps.map(({ title }, at) => `  ${at + 1}. ${title}`),
      ];
    case "recovery-step":
      return [`${after}  ${event.step}: ${event.is}`];
    case "recovery-waits":
      return [`${after}  ${event.step}: ${event.because}`];
    case "recovery-turned-back":
      return [`${after}  turning back: ${event.because}`];
    case "recovery-found":
      return [`${after}  ${event.ok ? "ok" : "FINDING"}  ${event.what}: ${event.saw}`];
    case "note":
      return [event.text];
    case "error":
    case "outcome":
      return [];
  }
}

function summary({ outcome, exit, because, ms, times, left, report, next }: RecoveryEnd): readonly string[] {
  const row = (name: string, text: string): string => `${name.padEnd(9)} ${text}`;
  const timed = (name: string, span: number | undefined): readonly string[] => (span === undefined ? [] : [row(name, showDuration(span))]);
  return [
    row("outcome", `${outcome} (exit code ${exit})`),
    row("because", because),
    row("took", showDuration(ms)),
    ...timed("RTO", times?.rto),
    ...timed("unserved", times?.unserved),
    ...timed("RPO", times?.rpo),
    ...left.map((one, at) => row(at === 0 ? "left" : "", one)),
    ...(report === "" ? [] : [row("report", path.relative(process.cwd(), report))]),
    ...(next === "" ? [] : [row("next", next)]),
  ];
}
