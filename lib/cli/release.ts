import { goOnCommand } from "../actions/ledger-of.ts";
import { releaseFrom } from "../actions/release-from.ts";
import type { Asked } from "../actions/target.ts";
import type { OutcomeEvent } from "../actions/views.ts";
import { errorCodes, UserError } from "../base/errors.ts";
import { showDuration, systemClock } from "../base/time.ts";
import { jsonLine } from "./json.ts";
import { endKilled, killable, killedText } from "./killable.ts";
import { lastWords } from "./last-words.ts";
import { near } from "./phrases.ts";
import { openSession } from "./session.ts";
import { rollingBack } from "./signals.ts";
import { aligned } from "./tables.ts";
import { viewKind } from "./view.ts";

interface ReleaseRequest extends Asked {
  readonly version?: string;
  readonly service?: string;
  readonly despite: readonly string[];
  readonly json: boolean;
}

/** `sluice release`: carries it out from here, or watches who does, and returns the exit code. With `--json` the last line is an outcome whatever happens. */
export async function runRelease({ json, ...asked }: ReleaseRequest): Promise<number> {
  const startedAt = systemClock.now();
  let isElsewhere = false;
  const first = () => (isElsewhere ? "no longer watching; the release goes on" : rollingBack);
  const kind = viewKind(json, process.stderr.isTTY === true, process.env);
  // Callers of production must not depend on who reads what is told of it.
  const session = await openSession(kind, { first, unread: "stops nothing" });
  const { view, data, interrupts } = session;
  let told = false;
  let release = "";
  try {
    const tell: Parameters<typeof releaseFrom>[1] = (event) => {
      if (event.type === "plan") release = event.release;
      isElsewhere ||= event.type === "handed-over";
      view.tell({ ...event, at: systemClock.now() });
    };
    const outcome = await killable(releaseFrom(asked, tell, interrupts.signals), interrupts.signals.kill);
    view.tell(outcome);
    told = true;
    await view.end();
    if (!json) data.write(summary(outcome, asked.environment));
    return outcome.exit;
  } catch (error) {
    if (!json && interrupts.signals.kill.aborted && error instanceof UserError) {
      view.say(killedText(error));
      return errorCodes[error.code].exit;
    }
    if (!json) throw error;
    if (!told) data.write(lastWords(error, startedAt, systemClock.now(), release).map(jsonLine));
    if (error instanceof UserError) return errorCodes[error.code].exit;
    throw error;
  } finally {
    await endKilled(interrupts.signals.kill, session.close);
  }
}

function summary(
  { outcome, exit, because, release, requests, ms, undid, left, report }: OutcomeEvent,
  environment: string,
): readonly string[] {
  return aligned([
    ["outcome", `${outcome} (exit code ${exit})`],
    ["because", because],
    ["release", release],
    ["took", showDuration(ms)],
    ["requests", `${requests.total} counted so far, ${requests.failed} failed`],
    ...undid.map((text, at) => [at === 0 ? "undid" : "", text]),
    ...left.map((text, at) => [at === 0 ? "left" : "", text]),
    ["report", near(report, process.cwd())],
    ["next", outcome === "interrupted" ? goOnCommand(environment) : `sluice status ${environment}`],
  ]);
}
