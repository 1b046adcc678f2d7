import fc from "fast-check";
import { expect, it } from "vitest";
import { type Instant, instant } from "../../lib/base/time.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { checkInvariants } from "./invariants.ts";
import { scenario } from "./scenario.ts";
import { type Story, sound, stories } from "./story.ts";
import { choicesOf, type Ending, play, type Skewed } from "./telling.ts";

const minutes = 60_000;

/** Each host has a clock that is wrong by up to five minutes, and that is set once, to and fro. */
const clocks = fc
  .array(fc.record({ ahead: off(), set: fc.record({ at: fc.nat(40_000), by: off() }) }), { minLength: 4, maxLength: 4 })
  .map((all): Skewed => {
    let since: Instant | undefined;
    return (pid, now) => {
      since ??= now;
      const { ahead, set } = all[pid % all.length] ?? { ahead: 0, set: { at: 0, by: 0 } };
      return ahead + (now - since >= set.at ? set.by : 0);
    };
  });

function off() {
  return fc.integer({ min: -5 * minutes, max: 5 * minutes });
}

/** Whoever dies is seen to: leases end by clocks, and with these each would take a quarter of an hour to play. */
const seen = (story: Story): Story => ({ ...story, kills: story.kills.map((kill) => ({ ...kill, seen: true })) });

/** Plays a story, and knows when each entry was written in truth. */
async function played(story: Story, skewed: Skewed) {
  const from = scenario(choicesOf(story));
  const { ledger, clock } = from.world;
  const truth = new Map<number, number>();
  const append: typeof ledger.append = async (expected, draft) => {
    const result = await ledger.append(expected, draft);
    if (result.is === "appended") truth.set(expected, clock.now());
    return result;
  };
  const ending = await play(story, skewed, { ...from, world: { ...from.world, ledger: { ...ledger, append } } });
  return { ending, truth };
}

/** In truth, and where no person cut one short. */
function bakesAreWhole({ entries, plan }: Ending, truth: ReadonlyMap<number, number>): void {
  if (entries.some(({ body }) => Reflect.get(Object(body), "what") === "promote")) return;
  for (const step of plan.steps) {
    if (step.kind !== "bake") continue;
    const at = (kind: string) => entries.find((entry) => entry.kind === kind && entry.step === step.id)?.position ?? -1;
    const [begins, ends] = [truth.get(at("started")), truth.get(at("done"))];
    if (begins !== undefined && ends !== undefined) expect(ends - begins).toBeGreaterThanOrEqual(step.span);
  }
}

it("X05 B06 with hosts whose clocks differ by minutes and are set meanwhile nothing is done twice, and no bake is shorter than planned", async () => {
  await fc.assert(
    fc.asyncProperty(stories.map(seen), clocks, async (story, skewed) => {
      const { ending, truth } = await played(story, skewed);
      // Who is dead is known; when that was, no clock tells.
      const diedAt = new Map([...ending.diedAt.keys()].map((pid) => [pid, instant(0)]));
      await checkInvariants({ ...ending, diedAt });
      bakesAreWhole(ending, truth);
    }),
    { seed: 20_261_128, numRuns: 60 },
  );
});

it("X05 clocks alone end no release: where nothing is wrong but them, and that hosts die, it is released", async () => {
  await fc.assert(
    fc.asyncProperty(sound.map(seen), clocks, async (story, skewed) => {
      const { ending } = await played(story, skewed);
      expect(foldLedger(ending.entries).release?.ended).toMatchObject({ outcome: "released" });
    }),
    { seed: 20_261_128, numRuns: 25 },
  );
});

it("B06 a clock that is set five minutes ahead, or a machine that slept, ends no bake: whatever the instant, it begins to count anew", async () => {
  const [story] = fc.sample(sound, { seed: 1, numRuns: 1 });
  if (!story) throw new Error("no story");
  const alone = { ...story, kills: [], rivals: [], approval: false, weights: [50, 100], bake: 2_000, finalBake: 2_000 };
  const whole = await played(alone, () => 0);
  for (let after = 0; after < whole.ending.took; after += 700) {
    let since: Instant | undefined;
    const set: Skewed = (_, now) => {
      since ??= now;
      return now - since >= after ? 5 * minutes : 0;
    };
    const { ending, truth } = await played(alone, set);
    expect(foldLedger(ending.entries).release?.ended).toMatchObject({ outcome: "released" });
    bakesAreWhole(ending, truth);
  }
});
