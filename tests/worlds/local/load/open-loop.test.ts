import { expect, test } from "vitest";
import { takeTurns } from "../../../../lib/ports/turns.ts";
import { openLoop } from "../../../../lib/worlds/local/load/open-loop.ts";

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
  const fired: { due: number; at: number; tick: number }[] = [];
  let tick = 0;
  let busyUntil = 0;
  const loop = openLoop(
    200,
    (due) => {
      fired.push({ due, at: performance.now(), tick });
      if (fired.length === 10) {
        busyUntil = performance.now() + 150;
        while (performance.now() < busyUntil);
      }
      const now = tick;
      queueMicrotask(() => {
        tick = now + 1;
      });
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
  // Those that were due while the process was busy were neither skipped nor put off: the next tick fired them all.
  const busy = fired[9]?.tick ?? 0;
  const meanwhile = fired.filter(({ due }, index) => index > 9 && due <= busyUntil);
  expect(meanwhile.length).toBeGreaterThanOrEqual(29);
  for (const each of meanwhile) expect(each.tick).toBeLessThanOrEqual(busy + 1);
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
