import { expect, test } from "vitest";
import { openLoop, takeTurns } from "../../../../lib/worlds/local/load/open-loop.ts";

const kind = (path: string, share: number) => ({ method: "GET", path, share });
const turns = (shares: readonly number[], count: number) => {
  const take = takeTurns(shares.map((share, index) => kind(String.fromCharCode(97 + index), share)));
  return Array.from({ length: count }, () => take().path).join("");
};

test("kinds take turns by share, evenly spread, always in the same order", () => {
  expect(turns([5, 1, 1], 14)).toBe("aabacaaaabacaa");
  expect(turns([1, 0, 1], 6)).toBe("acacac");
  expect(turns([0.25, 0.75], 8)).toBe(turns([1, 3], 8));
});

test("every request is due at its own time, also when the process could not act for a while", async () => {
  const fired: { due: number; at: number }[] = [];
  const start = performance.now();
  const loop = openLoop(
    200,
    (due) => {
      fired.push({ due, at: performance.now() });
      if (fired.length === 10) while (performance.now() - start < 200);
    },
    60,
  );
  await loop.ended;
  expect(fired).toHaveLength(60);
  const first = fired[0]?.due ?? 0;
  for (const [index, { due, at }] of fired.entries()) {
    expect(due - first).toBeCloseTo(index * 5, 3);
    expect(at).toBeGreaterThanOrEqual(due);
  }
  // Those that were due while the process was busy were not skipped and not put off any further.
  expect(fired.filter(({ at }) => at - start < 250).length).toBeGreaterThanOrEqual(40);
});

test("stop ends it at once", async () => {
  let fired = 0;
  const loop = openLoop(1_000, () => {
    if (++fired === 5) queueMicrotask(() => loop.stop());
  });
  await loop.ended;
  const then = fired;
  await openLoop(100, () => {}, 5).ended;
  expect(fired).toBe(then);
});
