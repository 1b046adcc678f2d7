import type { RehearseOptions, Tell } from "../actions/views.ts";
import { rehearsalEnvironment } from "../base/commands.ts";
import { errorCodes, UserError } from "../base/errors.ts";
import type { Event } from "../base/events.ts";
import { systemClock } from "../base/time.ts";
import { approval, keyboard, type Way } from "./approval.ts";
import { jsonLine } from "./json.ts";
import { lastWords } from "./last-words.ts";
import { projectOf, typed } from "./next-command.ts";
import { type GivenOptions, rehearseOptions } from "./options.ts";
import { paintFor } from "./paint.ts";
import { openSession, type Session } from "./session.ts";
import { blank, type Story, storyAfter } from "./story.ts";
import { type Ending, summaryLines } from "./summary.ts";
import { viewKind } from "./view.ts";
import { whoAmI } from "./who.ts";

/** `sluice rehearse`: runs it, shows it, and returns the exit code. With `--json` the last line of a rehearsal is an outcome whatever happens. */
export async function runRehearse(given: GivenOptions, args: readonly string[]): Promise<number> {
  const startedAt = systemClock.now();
  const many = given.allFaults === true || given.allPoints === true;
  const kind = viewKind(given.json === true, process.stderr.isTTY === true && !many, process.env);
  const session = await openSession(kind, { unread: "stops" });
  let story = blank;
  const tell = (event: Event) => {
    story = storyAfter(story, event);
    session.view.tell(event);
  };
  try {
    const options = rehearseOptions(given, process.cwd());
    const command = typed(args);
    if (!many) return await rehearseOnce(options, { session, tell, story: () => story, command });
    const { rehearseMany } = await import("./rehearse-many.ts");
    return await rehearseMany(options, { what: given.allFaults === true ? "faults" : "points", session, tell, command });
  } catch (error) {
    if (!session.json) throw error;
    if (!story.outcome) session.data.write(lastWords(error, startedAt, systemClock.now()).map(jsonLine));
    if (error instanceof UserError) return errorCodes[error.code].exit;
    throw error;
  } finally {
    await session.close();
  }
}

interface Run {
  readonly session: Session;
  readonly tell: Tell;
  readonly story: () => Story;
  /** As it was typed. */
  readonly command: string;
}

async function rehearseOnce(options: RehearseOptions, { session, tell, story, command }: Run): Promise<number> {
  const { cwd } = options;
  const project = () => projectOf(story(), options.source, cwd);
  const answers = approval(answering(project, cwd, session));
  const { rehearse } = await import("../actions/rehearse.ts");
  const seen = (event: Event) => {
    tell(event);
    answers.see(event);
  };
  try {
    const outcome = await rehearse(options, seen, session.interrupts.signals);
    await session.view.end();
    if (!session.json) {
      const lines = summaryLines(outcome, { ...endingOf(story()), command, project: project(), cwd }, paintFor(process.stdout));
      session.data.write(process.stdout.isTTY ? ["", ...lines] : lines);
    }
    return outcome.exit;
  } finally {
    answers.close();
  }
}

function endingOf({ plane, stages, turnedBack }: Story): Pick<Ending, "kept" | "details" | "failedLogs"> {
  return {
    kept: plane?.is === "kept" ? plane.url : undefined,
    details: turnedBack?.details ?? [],
    failedLogs: stages.flatMap(({ end }) => (end?.is === "failed" ? [end.log] : [])),
  };
}

function answering(project: () => string, cwd: string, { view, interrupts }: Session): Way {
  const send = async (what: "approve" | "abort") => {
    const { ask } = await import("../actions/ask.ts");
    await ask({ folder: project(), environment: rehearsalEnvironment }, what, whoAmI());
  };
  return {
    keys: keyboard(process.stdin),
    show: view.ask,
    ask: (what) => void send(what).catch((error: unknown) => view.say(error instanceof Error ? error.message : String(error))),
    interrupt: interrupts.interrupt,
    project,
    cwd,
  };
}
