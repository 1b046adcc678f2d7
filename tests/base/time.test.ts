import { expect, test } from "vitest";
import { duration, parseDuration, showDuration, systemClock, writeDuration } from "../../lib/base/time.ts";

test.each([
  ["250ms", 250, "250 ms"],
  [" 4.2s ", 4_200, "4.2 s"],
  ["3m", 180_000, "3 min"],
  ["1.5h", 5_400_000, "90 min"],
])("A17: %s is %d milliseconds and is shown as %s", (text, milliseconds, shown) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(showDuration(milliseconds)).toBe(shown);
});

test.each(["", "5", "5 s", "-1s", "1d", "1s2m", "s", "1e3ms", "Infinitys"])("A17: %j is no length of time", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test("minutes are shown with their seconds, rounded to whole ones", () => {
  expect([185_400, 60_000, 59_940].map(showDuration)).toEqual(["3 min 5 s", "1 min", "59.9 s"]);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
  "a span of %d milliseconds is refused where it is made, not where it is waited for",
  (span) => {
    expect(() => duration(span)).toThrow(RangeError);
  },
);

test("X05: a wait ends at once when it is called off, before it or in the middle of it", async () => {
  const long = duration(3_600_000);
  await systemClock.wait(long, AbortSignal.abort());
  const off = new AbortController();
  const waiting = systemClock.wait(long, off.signal);
  off.abort();
  await waiting;
  const before = systemClock.now();
  await systemClock.wait(duration(20));
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(19);
});

test.each(["0ms", "10ms", "1500ms", "2s", "90s", "5m", "1h", "168h"])("A17 writes %s as it is read", (written) => {
  expect(writeDuration(Number(parseDuration(written)))).toBe(written);
});
