import { BlockList, isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { partOf } from "../../lib/aws/cidr6.ts";

it.each([
  ["2600:1f14:abc:de00::/56", 0, 64, "2600:1f14:abc:de00::/64"],
  ["2600:1f14:abc:de00::/56", 21, 64, "2600:1f14:abc:de15::/64"],
  ["2600:1f14:abc:de00::/56", 255, 64, "2600:1f14:abc:deff::/64"],
  ["2a05:d018:0:100::/56", 1, 64, "2a05:d018:0:101::/64"],
  ["::/0", 1, 128, "::1/128"],
  ["1:2:3:4:5:6:7:8/128", 0, 128, "1:2:3:4:5:6:7:8/128"],
  ["1:0:0:2:0:0:0:3/128", 0, 128, "1:0:0:2::3/128"],
  // RFC 5952, 4.2.2: one group of zeros is written.
  ["1:2:0:4:5:6:7:8/128", 0, 128, "1:2:0:4:5:6:7:8/128"],
])("B15: of %s the block %i of /%i is %s", (block, at, prefix, part) => {
  expect(partOf(block, at, prefix)).toBe(part);
  expect(isIPv6(part.split("/")[0] ?? "")).toBe(true);
});

it.each([
  ["one more than there are", "2600:1f14:abc:de00::/56", 256],
  ["one before the first", "2600:1f14:abc:de00::/56", -1],
  ["too many groups", "1:2:3:4:5:6:7:8:9/56", 0],
  ["too long a group", "12345::/56", 0],
  ["a block of IPv4", "10.0.0.0/16", 0],
  ["no block", "2600:1f14:abc:de00::", 0],
  ["two gaps", "2600::abc::/56", 0],
  ["too few groups", "2600:1f14:abc/56", 0],
  ["a smaller block", "2600:1f14:abc:de00::/72", 0],
])("B15: %s is none", (_what, block, at) => {
  expect(partOf(block, at, 64)).toBeUndefined();
});

/** Addresses with runs of zeros of all lengths and places, which the text leaves out. */
const address = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
const cut = fc.record({ length: fc.integer({ min: 0, max: 128 }), more: fc.integer({ min: 0, max: 20 }), at: fc.nat(2 ** 20 - 1) });

/** The block of this length that an address is in, with all its groups written out. */
function blockOf(groups: readonly number[], length: number): string {
  const kept = groups.map((group, at) => {
    const free = Math.min(16, Math.max(0, 16 * (at + 1) - length));
    return (group >> free) << free;
  });
  return `${kept.map((group) => group.toString(16)).join(":")}/${length}`;
}

it("B15: whatever the block, its parts are in it, apart from one another, and all there is room for", () => {
  fc.assert(
    fc.property(address, cut, (groups, { length, more, at }) => {
      const prefix = Math.min(128, length + more);
      const count = 2 ** (prefix - length);
      const block = blockOf(groups, length);
      const [one, next] = [at % count, (at + 1) % count];
      const [part, other] = [partOf(block, one, prefix), partOf(block, next, prefix)];
      const start = part?.split("/")[0] ?? "";
      expect(part).toMatch(new RegExp(`/${prefix}$`));
      expect(isIPv6(start)).toBe(true);
      // As Node reads it, which knows nothing of ours.
      expect(holder(block).check(start, "ipv6")).toBe(true);
      if (count > 1) expect(holder(part ?? "").check(other?.split("/")[0] ?? "", "ipv6")).toBe(false);
      expect(partOf(block, count, prefix)).toBeUndefined();
      // What is written is read back as the same block.
      expect(partOf(part ?? "", 0, prefix)).toBe(part);
    }),
    { numRuns: 500 },
  );
});

function holder(block: string): BlockList {
  const [start = "", length] = block.split("/");
  const list = new BlockList();
  list.addSubnet(start, Number(length), "ipv6");
  return list;
}
