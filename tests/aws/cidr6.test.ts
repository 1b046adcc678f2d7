import { isIPv6 } from "node:net";
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
])("B15: of %s the block %i of /%i is %s", (block, at, prefix, part) => {
  expect(partOf(block, at, prefix)).toBe(part);
  expect(isIPv6(part.split("/")[0] ?? "")).toBe(true);
});

it.each([
  ["one more than there are", "2600:1f14:abc:de00::/56", 256],
  ["a block of IPv4", "10.0.0.0/16", 0],
  ["no block", "2600:1f14:abc:de00::", 0],
  ["two gaps", "2600::abc::/56", 0],
  ["too few groups", "2600:1f14:abc/56", 0],
  ["a smaller block", "2600:1f14:abc:de00::/72", 0],
])("B15: %s is none", (_what, block, at) => {
  expect(partOf(block, at, 64)).toBeUndefined();
});
