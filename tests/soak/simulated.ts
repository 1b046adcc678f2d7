import fc from "fast-check";
import { checkEnding } from "../release/invariants.ts";
import { stories } from "../release/story.ts";
import { play } from "../release/telling.ts";
import { checkWaves, playWaves, waveStories } from "../release/waves-told.ts";

/** What many simulated releases came to. */
export interface Simulated {
  readonly runs: number;
  readonly wrong: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly kills: number;
}

/** Most have one place, and some go region by region. */
const told = fc.oneof({ weight: 4, arbitrary: stories }, { weight: 1, arbitrary: waveStories });

/** How many stories are told between two lines of progress. */
const batch = 500;

/** Plays random stories. A story that goes wrong is shrunk and printed; the rest still runs. */
export async function soakSimulated(runs: number, seed: number, say: (text: string) => void): Promise<Simulated> {
  const outcomes: Record<string, number> = {};
  let wrong = 0;
  let kills = 0;
  for (let done = 0; done < runs; done += batch) {
    const property = fc.asyncProperty(told, async (story) => {
      const outcome = await ("regions" in story ? checkWaves(await playWaves(story)) : checkEnding(await play(story)));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      kills += story.kills.length;
    });
    const result = await fc.check(property, { seed: seed + done, numRuns: Math.min(batch, runs - done) });
    if (result.failed) {
      wrong += 1;
      say(`seed ${seed + done}: ${String(result.errorInstance)}\n${JSON.stringify(result.counterexample)}`);
    }
    say(`${Math.min(done + batch, runs)} of ${runs} simulated releases, ${wrong} wrong`);
  }
  return { runs, wrong, outcomes, kills };
}
