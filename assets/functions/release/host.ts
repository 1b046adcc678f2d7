import type { DurableContext, DurableExecutionHandler } from "@aws/durable-execution-sdk-js";
import { UserError } from "../../../lib/base/errors.ts";
import type { Tell } from "../../../lib/base/events.ts";
import type { Outcome, Slot } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Holder, Ledger } from "../../../lib/ports/ledger.ts";
import type { World } from "../../../lib/ports/world.ts";
import { newController, turn } from "../../../lib/release/controller.ts";
import { foldLedger } from "../../../lib/release/state.ts";
import type { Place } from "../../../lib/worlds/aws/place.ts";

/** What whoever starts a release hands over: its plan is in the ledger already. */
export interface ReleaseEvent {
  readonly release: string;
  readonly place: Place;
}

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
  readonly tell: Tell;
}

type Turned = { readonly is: "again"; readonly in: number } | ({ readonly is: "ended" } & Ending);

/**
 * As long as the longest invocation of Lambda: no turn outlives the lock, and who dies with an invocation comes back as the same holder in the
 * next.
 */
const lease = duration(900_000);

/** A turn that failed for a reason of AWS's own is tried again this often, after twice the time each. */
const mostAttempts = 6;

/** What no repetition changes. */
const final: readonly string[] = ["ledger/corrupt", "ledger/version", "release/held", "release/none", "world/changed", "world/unsupported"];

/**
 * The controller as an AWS Lambda durable function: each turn is a step, and between turns nobody is paid for waiting (AWS Lambda Developer
 * Guide, "Lambda durable functions"). A step is done at least once, which is what a turn allows.
 */
export function releaseHost(around: Surroundings): DurableExecutionHandler<ReleaseEvent, Ending> {
  return async (event, context) => {
    const holder = holderOf(context);
    for (let count = 1; ; count++) {
      const turned = await context.step(`turn-${count}`, () => oneTurn(event, holder, around), { retryStrategy: again });
      if (turned.is === "ended") return { release: turned.release, outcome: turned.outcome, because: turned.because };
      // Waits are whole seconds.
      if (turned.in > 0) await context.wait(`wait-${count}`, { seconds: Math.ceil(turned.in / 1_000) });
    }
  };
}

/** A durable execution is one holder, whatever invocation and machine its turns run in. */
function holderOf({ executionContext, lambdaContext }: DurableContext): Holder {
  return { name: "sluice release", host: lambdaContext.functionName, pid: 0, started: executionContext.durableExecutionArn };
}

async function oneTurn({ release, place }: ReleaseEvent, holder: Holder, { open, tell }: Surroundings): Promise<Turned> {
  const { ledger, world } = open(place);
  const found = foldLedger(await ledger.read()).release;
  if (found?.id !== release) {
    throw new UserError("release/none", `the ledger's newest release is not ${release}`, "start one with: sluice release");
  }
  const next = await turn(newController(world(found.sealed.plan.candidate.slot), holder, tell, lease));
  if (next.is === "again") return { is: "again", in: next.in };
  const { ended } = next.release;
  if (!ended) throw new Error(`${release} has ended without an outcome`);
  return { is: "ended", release, outcome: ended.outcome, because: ended.because };
}

function again(error: Error, attempt: number): { shouldRetry: boolean; delay?: { seconds: number } } {
  const hopeless = error instanceof UserError && final.includes(error.code);
  return hopeless || attempt >= mostAttempts ? { shouldRetry: false } : { shouldRetry: true, delay: { seconds: 2 ** attempt } };
}
