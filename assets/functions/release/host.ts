import type { DurableContext, DurableExecutionHandler } from "@aws/durable-execution-sdk-js";
import { UserError } from "../../../lib/base/errors.ts";
import type { Tell } from "../../../lib/base/events.ts";
import type { Outcome, Slot } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Entry, Holder, Ledger } from "../../../lib/ports/ledger.ts";
import type { World } from "../../../lib/ports/world.ts";
import { type Controller, newController, turn } from "../../../lib/release/controller.ts";
import { type Course, pauseAfter } from "../../../lib/release/patience.ts";
import { awaitedApproval, foldLedger, planOf, type Release } from "../../../lib/release/state.ts";
import type { Place } from "../../../lib/worlds/aws/place.ts";
import type { ReleaseEvent } from "../../../lib/worlds/aws/release-function.ts";

/** How it ended. */
export interface Ending {
  readonly release: string;
  readonly outcome: Outcome;
  readonly because: string;
}

/** What the function opens of AWS for one invocation. */
export interface Opened {
  readonly ledger: Ledger;
  world(candidate: Slot): World;
}

interface Surroundings {
  open(place: Place): Opened;
  /** The most turns of one execution; the next one goes on from there. */
  readonly mostTurns: number;
  /** The function that an execution is of, as the next one invokes it. */
  functionOf(execution: string): string;
  readonly tell: Tell;
}

type Turned = { readonly is: "again"; readonly in: number; readonly course: Course } | ({ readonly is: "ended" } & Ending);

/**
 * As long as the longest invocation of Lambda: no turn outlives the lock, and who dies with an invocation comes back as the same holder in the
 * next.
 */
const lease = duration(900_000);

/** How often is looked whether a person has said what a release waits for: each look is two operations of an execution. */
const patience = duration(60_000);

/** What no repetition changes. */
const final: readonly string[] = [
  "ledger/corrupt",
  "ledger/version",
  "release/none",
  "world/changed",
  "world/unsupported",
  "engine/forbidden",
];

/** A deploy that took the lock between two hosts has it for its lease at least: it is looked for again every minute for longer than that. */
const heldAttempts = 20;

/**
 * The controller as an AWS Lambda durable function: each turn is a step, and between turns nobody is paid for waiting (AWS Lambda Developer
 * Guide, "Lambda durable functions"). A step is done at least once, which is what a turn allows.
 */
export function releaseHost(around: Surroundings): DurableExecutionHandler<ReleaseEvent, Ending> {
  return async (event, context) => {
    const holder = holderOf(event, context);
    // What the turn before knew, until the next one has read the ledger. Who goes on for another execution knows nothing, and is the more patient.
    const about: About = { course: event.began === undefined ? "going on" : "going back" };
    const retryStrategy = (error: Error, attempt: number) => again(error, attempt, about.course);
    for (let count = 1; count <= around.mostTurns; count++) {
      const turned = await context.step(`turn-${count}`, () => oneTurn(event, holder, around, about), { retryStrategy });
      if (turned.is === "again") about.course = turned.course;
      if (turned.is === "ended") return { release: turned.release, outcome: turned.outcome, because: turned.because };
      // Waits are whole seconds.
      if (turned.in > 0) await context.wait(`wait-${count}`, { seconds: Math.ceil(turned.in / 1_000) });
    }
    // An execution has a limit on its operations. This one waits for the next, which is in charge in its name.
    const own = around.functionOf(context.executionContext.durableExecutionArn);
    return context.invoke<ReleaseEvent, Ending>("goes-on", own, { ...event, began: holder.started });
  };
}

/** A release in Lambda has one holder, whatever execution, invocation and machine its turns run in: the execution that it began in. */
function holderOf({ began }: ReleaseEvent, { executionContext, lambdaContext }: DurableContext): Holder {
  const started = began ?? executionContext.durableExecutionArn;
  return { name: "sluice release", host: lambdaContext.functionName, pid: 0, started };
}

/** The version that an execution stays with: that of `arn:…:function:name:7/durable-execution/…` is `arn:…:function:name:7`. */
export function versionOf(execution: string): string {
  const [version, ...rest] = execution.split("/durable-execution/");
  if (version === undefined || rest.length === 0) throw new Error(`${execution} is no execution of a durable function`);
  return version;
}

interface About {
  course: Course;
}

async function oneTurn({ release, place }: ReleaseEvent, holder: Holder, { open, tell }: Surroundings, about: About): Promise<Turned> {
  const { ledger, world } = open(place);
  const entries = await ledger.read(planOf());
  const { release: found } = foldLedger(entries);
  if (found?.id !== release) {
    throw new UserError("release/none", `the ledger's newest release is not ${release}`, "start one with: sluice release");
  }
  about.course = courseOf(found);
  const controller = newController(world(found.sealed.plan.candidate.slot), holder, unrepeated(tell), lease);
  const next = await turned(controller, entries, tell);
  if (next.is === "again") {
    const course = courseOf(controller.read?.release ?? found);
    return { is: "again", in: next.in > 0 && waitsForPerson(found) ? Math.max(next.in, patience) : next.in, course };
  }
  const { ended } = next.release;
  if (!ended) throw new Error(`${release} has ended without an outcome`);
  return { is: "ended", release, outcome: ended.outcome, because: ended.because };
}

/** The log of the function says why a turn failed, whatever becomes of the execution. */
async function turned(controller: Controller, entries: readonly Entry[], tell: Tell): ReturnType<typeof turn> {
  try {
    return await turn(controller, entries);
  } catch (error) {
    tell({ type: "note", text: `this turn failed: ${error instanceof Error ? error.message : String(error)}` });
    throw error;
  }
}

/** Each turn is a new controller's, which says of a wait for a person that it begins; the ledger says so once. */
const unrepeated =
  (tell: Tell): Tell =>
  (event) => {
    if (event.type !== "waiting") tell(event);
  };

const courseOf = ({ turnedBack }: Release): Course => (turnedBack ? "going back" : "going on");

const waitsForPerson = (release: Release): boolean => release.paused || awaitedApproval(release) !== undefined;

function again(error: Error, attempt: number, course: Course): { shouldRetry: boolean; delay?: { seconds: number } } {
  const hopeless = error instanceof UserError && final.includes(error.code);
  if (error instanceof UserError && error.code === "release/held") return { shouldRetry: attempt < heldAttempts, delay: { seconds: 60 } };
  const pause = hopeless ? undefined : pauseAfter(attempt, course);
  return pause === undefined ? { shouldRetry: false } : { shouldRetry: true, delay: { seconds: pause / 1_000 } };
}
