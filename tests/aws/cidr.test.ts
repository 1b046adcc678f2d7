import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, contains, overlaps, parseCidr, sizeOf, split, toText, vpcProblem } from "../../lib/aws/cidr.ts";

const prefix = fc.integer({ min: 0, max: 32 });
const block: fc.Arbitrary<Block> = fc
  .tuple(fc.nat(2 ** 32 - 1), prefix)
  .map(([address, length]) => ({ first: address - (address % sizeOf(length)), prefix: length }));

function read(text: string): Block {
  const parsed = parseCidr(text);
  if ("block" in parsed) return parsed.block;
  throw new Error(parsed.problem);
}

describe("blocks of addresses", () => {
  it("B22: what is written is read back", () => {
    fc.assert(
      fc.property(block, (given) => {
        expect(read(toText(given))).toEqual(given);
      }),
    );
    expect(read("10.1.0.0/16")).toEqual({ first: 10 * 2 ** 24 + 2 ** 16, prefix: 16 });
  });

  it.each([
    ["10.0.0.0", "no block of addresses"],
    ["10.0.0/16", "no block of addresses"],
    ["10.0.0.256/32", "over 255"],
    ["10.0.0.0/33", "at most 32"],
    ["010.0.0.0/16", "a zero in front"],
    ["10.0.0.1/16", "write 10.0.0.0/16"],
    ["255.255.255.255/0", "write 0.0.0.0/0"],
  ])("B22: %s is refused, saying what is wrong", (text, problem) => {
    expect(parseCidr(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it.each([
    [15, true],
    [16, false],
    [28, false],
    [29, true],
  ])("AWS: a VPC of /%d is refused: %s", (length, refused) => {
    expect(vpcProblem({ first: 0, prefix: length }) !== undefined).toBe(refused);
  });

  it("B22: two blocks overlap exactly when one contains the other", () => {
    fc.assert(
      fc.property(block, block, (a, b) => {
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
        expect(overlaps(a, b)).toBe(overlaps(b, a));
      }),
    );
    expect(overlaps(read("10.0.0.0/16"), read("10.1.0.0/16"))).toBe(false);
    expect(overlaps(read("10.0.0.0/15"), read("10.1.0.0/16"))).toBe(true);
    expect(contains(read("10.1.0.0/16"), read("10.0.0.0/15"))).toBe(false);
  });

  it("B22: a split covers the block once, in order", () => {
    fc.assert(
      fc.property(block, fc.integer({ min: 0, max: 6 }), (outer, more) => {
        fc.pre(outer.prefix + more <= 32);
        const parts = split(outer, outer.prefix + more);
        expect(parts.length).toBe(2 ** more);
        expect(parts.map(({ first }) => first)).toEqual(parts.map((_, at) => outer.first + (at * sizeOf(outer.prefix)) / 2 ** more));
      }),
    );
    expect(split(read("10.0.0.0/23"), 24).map(toText)).toEqual(["10.0.0.0/24", "10.0.1.0/24"]);
    expect(() => split(read("10.0.0.0/24"), 23)).toThrow("cannot be split");
  });
});
