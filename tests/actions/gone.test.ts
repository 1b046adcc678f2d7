import { describe, expect, it } from "vitest";
import { goneSeen } from "../../lib/actions/gone.ts";
import { UserError } from "../../lib/base/errors.ts";
import type { Execution } from "../../lib/worlds/aws/release-function.ts";
import { handClock } from "../../lib/worlds/simulated/clock.ts";
import { holder } from "../release/scenario.ts";

const execution = "arn:aws:lambda:eu-west-1:222222222222:function:catalog-production-euw1-release:7/durable-execution/r-1/1b2c";
const inLambda = { ...holder(0), host: "catalog-production-euw1-release", started: execution };

/** Whoever watches, Lambda that says of an execution what `is` holds, and how often it was asked. */
function watching(first: Execution | UserError) {
  let says = first;
  const asked: string[] = [];
  const clock = handClock();
  const isGone = goneSeen(clock, async (one) => {
    asked.push(one);
    if (says instanceof UserError) throw says;
    return says;
  });
  const say = (next: Execution) => {
    says = next;
  };
  return { clock, asked, say, isGone };
}

describe("X04 whether what carries a release out in Lambda is gone", () => {
  it("is asked of Lambda, whatever the lease says: one that has ended, or that nobody knows any more, is", async () => {
    expect(await watching({ is: "running" }).isGone(inLambda)).toBe(false);
    expect(await watching({ is: "ended", because: "it failed" }).isGone(inLambda)).toBe(true);
    expect(await watching({ is: "unknown" }).isGone(inLambda)).toBe(true);
  });

  it("is asked twice a minute at most, however often whoever watches looks, and seen at the next asking", async () => {
    const { clock, asked, say, isGone } = watching({ is: "running" });
    for (let looks = 0; looks < 50; looks++) {
      expect(await isGone(inLambda)).toBe(false);
      clock.advance(500);
    }
    expect(asked).toEqual([execution]);
    say({ is: "ended", because: "somebody stopped it" });
    clock.advance(5_000);
    expect(await isGone(inLambda)).toBe(true);
  });

  it("is left to its lease where Lambda may not be asked, and to this machine where it is a process", async () => {
    expect(await watching(new UserError("engine/failed", "AccessDenied", "ask for the permission")).isGone(inLambda)).toBe(false);
    const { asked, isGone } = watching({ is: "running" });
    expect(await isGone({ ...holder(2 ** 22 + 1), host: "elsewhere" })).toBe(false);
    expect(asked).toEqual([]);
  });
});
