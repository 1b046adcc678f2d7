import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitTag, maxTags, maxValue, tagMap, tagProblem, tagsOf } from "../../lib/aws/tags.ts";

const owned = { environment: "production", owner: "team-shop", project: "shop", costCenter: "4711" };
const own = tagsOf(owned);

describe("tags", () => {
  it("C14: say environment, owner, project, cost centre and Sluice, sorted, and never the commit", () => {
    expect(tagsOf({ ...owned, extra: { DataClass: "internal" } })).toEqual([
      { Key: "CostCenter", Value: "4711" },
      { Key: "DataClass", Value: "internal" },
      { Key: "Environment", Value: "production" },
      { Key: "ManagedBy", Value: "sluice" },
      { Key: "Owner", Value: "team-shop" },
      { Key: "Project", Value: "shop" },
    ]);
  });

  it("C14: are a map for services that take one", () => {
    expect(tagMap([{ Key: "Owner", Value: "team-shop" }])).toEqual({ Owner: "team-shop" });
  });

  it.each(["ManagedBy", "Owner", "Commit"])("C14: a user's tag %s cannot replace Sluice's", (key) => {
    expect(() => tagsOf({ ...owned, extra: { [key]: "x" } })).toThrow(`the tag ${key} is Sluice's own`);
  });

  it("C14: a version that is a whole hash of Git says its commit, and no other does", () => {
    const [short, sha1, sha256] = ["4f2a9c1", "4f2a9c1b".repeat(5), "4f2a9c1b".repeat(8)];
    expect([sha1, sha256].map(commitTag)).toEqual([sha1, sha256].map((Value) => ({ Key: "Commit", Value })));
    expect(
      [short, "v1.2.0", "20261128", `sha256:${sha256}`, sha1.toUpperCase(), `${sha1}-dirty`].flatMap((one) => commitTag(one) ?? []),
    ).toEqual([]);
  });

  it("AWS takes 50 tags, so 44 of the user's beside the commit", () => {
    const extra = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`Extra${at}`, ""]));
    expect(tagsOf({ ...owned, extra: extra(44) })).toHaveLength(49);
    expect(() => tagsOf({ ...owned, extra: extra(45) })).toThrow("50 tags and the commit's");
  });

  it.each([
    ["k".repeat(128), "v".repeat(128)],
    ["Größe", "ünïcode 日本"],
    // Characters are counted, of which some take two places in a text of JavaScript.
    ["𠮷".repeat(128), "𠮷".repeat(128)],
    ["no\u00a0break", "no\u00a0break"],
    ["a b", ""],
    ["path", "a_b.c:d/e=f+g-h@i"],
    ["laws:", "paws:"],
  ])("AWS takes %s = %s", (key, value) => {
    expect(tagProblem(key, value)).toBeUndefined();
  });

  it.each([
    ["", "v", "needs a key"],
    [" ", "v", "needs a key"],
    ["k".repeat(129), "v", "at most 128"],
    ["k", "v".repeat(129), "at most 128"],
    ["aws:k", "v", "reserved"],
    ["AWS:k", "v", "reserved"],
    ["k", "aws:v", "reserved"],
    ["k!", "v", 'the key "k!"'],
    ["k", "a,b", "the value of k"],
    ["k", "<b>", "the value of k"],
  ])("AWS refuses %s = %s", (key, value, problem) => {
    expect(tagProblem(key, value)).toContain(problem);
    expect(() => tagsOf({ ...owned, extra: { [key]: value } })).toThrow(problem);
  });

  /** Text of what AWS takes, of anything else, or of what only looks like it. */
  const any = fc.oneof(
    fc.string({ maxLength: 140 }),
    fc.string({ unit: "grapheme", maxLength: 140 }),
    fc.constantFrom("aws:x", "AWS:", "Owner", "Commit", ""),
  );
  const text = fc.oneof(any, fc.string({ unit: fc.constantFrom(..."aZ09 _.:/=+-@äß日"), maxLength: 140 }));

  it("C14: any tags are refused or carried whole, sorted by key, each key once, beside those of Sluice", () => {
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 60 }), (extra) => {
        const wrong = Object.entries(extra).some(([key, value]) => tagProblem(key, value) !== undefined);
        const taken = Object.keys(extra).some((key) => ["Commit", ...own.map(({ Key }) => Key)].includes(key));
        const tooMany = Object.keys(extra).length + own.length >= maxTags;
        if (wrong || taken || tooMany) {
          expect(() => tagsOf({ ...owned, extra })).toThrow(RangeError);
          return;
        }
        const tags = tagsOf({ ...owned, extra });
        const keys = tags.map(({ Key }) => Key);
        expect(keys).toEqual([...new Set(keys)].sort());
        expect(tagMap(tags)).toEqual({ ...tagMap(own), ...extra });
      }),
      { numRuns: 500 },
    );
  });

  it("C14: AWS takes a tag exactly where its key and its value are short enough, of its letters, and not its own", () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        const letters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
        const fits = [key, value].every((one) => letters.test(one) && !one.toLowerCase().startsWith("aws:"));
        const short = Array.from(key).length <= 128 && Array.from(value).length <= maxValue;
        expect(tagProblem(key, value) === undefined).toBe(fits && short && key.trim().length > 0);
      }),
      { numRuns: 2000 },
    );
  });
});
