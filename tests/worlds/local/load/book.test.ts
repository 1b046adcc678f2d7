import { expect, test } from "vitest";
import { emptyBook, merge, quantile, record } from "../../../../lib/worlds/local/load/book.ts";

test("counts by who answered, and failures by kind", () => {
  const book = emptyBook();
  record(book, { answerer: "blue", latency: 10 });
  record(book, { answerer: "green", latency: 20, failure: "502" });
  record(book, { answerer: "none", failure: "ECONNREFUSED" });
  expect(book).toMatchObject({ requests: 3, failed: 2, failures: { "502": 1, ECONNREFUSED: 1 } });
  expect(book.slots.blue).toMatchObject({ requests: 1, failed: 0 });
  expect(book.slots.green).toMatchObject({ requests: 1, failed: 1 });
  expect(book.slots.none).toEqual({ requests: 1, failed: 1, latencies: {} });
});

test("two books merged say what one for both would", () => {
  const [one, two, both] = [emptyBook(), emptyBook(), emptyBook()];
  for (let at = 0; at < 100; at++) {
    const ending = { answerer: at % 3 ? ("blue" as const) : ("green" as const), latency: at, ...(at % 7 ? {} : { failure: "500" }) };
    record(at < 50 ? one : two, ending);
    record(both, ending);
  }
  merge(one, JSON.parse(JSON.stringify(two)));
  expect(one).toEqual(both);
});

test("quantiles are true to the bucket width, 0 to 10 s, and absent without answers", () => {
  const { latencies } = emptyBook().slots.blue;
  expect(quantile(latencies, 0.95)).toBeUndefined();
  const book = emptyBook();
  for (let ms = 1; ms <= 10_000; ms++) record(book, { answerer: "blue", latency: ms });
  for (const share of [0.5, 0.95, 0.99, 1]) {
    expect(Math.abs((quantile(book.slots.blue.latencies, share) ?? 0) / (share * 10_000) - 1)).toBeLessThan(0.035);
  }
});

test("no more than a dozen kinds of failure are told apart, and none is lost", () => {
  const book = emptyBook();
  for (let status = 500; status < 530; status++) record(book, { answerer: "none", failure: String(status) });
  expect(Object.keys(book.failures)).toHaveLength(13);
  expect(Object.values(book.failures).reduce((sum, count) => sum + count, 0)).toBe(30);
});
