import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEnding } from "./invariants.ts";
import { sound, stories } from "./story.ts";
import { play } from "./telling.ts";

/** Always the same sample; `npm run soak` plays many more. */
const sample = { seed: 20_261_122, numRuns: 150 };

describe("any release, killed at any instant", () => {
  it("X05 X06 B06 B21 keeps every invariant and ends", async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const outcome = await checkEnding(await play(story));
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }),
      sample,
    );
    // The sample says little if it does not reach every way to end.
    expect(Object.keys(seen).sort()).toEqual(["aborted", "blocked", "released", "rolled-back"]);
  });

  it("X05 ends released when nothing is wrong but that its controllers die", async () => {
    const released = fc.asyncProperty(sound, async (story) => (await checkEnding(await play(story))) === "released");
    await fc.assert(released, { ...sample, numRuns: 50 });
  });
});
