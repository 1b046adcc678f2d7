import fc from "fast-check";
import { expect, it } from "vitest";
import { type Block, contains, overlaps, parseCidr, toText } from "../../lib/aws/cidr.ts";
import { ofRegion, ofZone } from "../../lib/plan/addresses.ts";

function block(text: string): Block {
  const parsed = parseCidr(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.block;
}

it("B15 a /16 gives each zone a private /19 and a public and an isolated /22", () => {
  expect(ofZone(block("10.20.0.0/16"), 0)).toEqual({ private: "10.20.0.0/19", public: "10.20.192.0/22", isolated: "10.20.224.0/22" });
  expect(ofZone(block("10.20.0.0/16"), 5)).toEqual({ private: "10.20.160.0/19", public: "10.20.212.0/22", isolated: "10.20.244.0/22" });
});

it("B15 the subnets of six zones lie apart inside their network, whatever its size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 22 }), fc.integer({ min: 0, max: 63 }), (prefix, place) => {
      const network = ofRegion(block(`10.0.0.0/${prefix}`), place);
      const subnets = [0, 1, 2, 3, 4, 5].flatMap((zone) => Object.values(ofZone(network, zone)).map(block));
      expect(subnets.every((one) => contains(network, one) && one.prefix <= 28)).toBe(true);
      expect(subnets.some((one, at) => subnets.slice(at + 1).some((other) => overlaps(one, other)))).toBe(false);
    }),
  );
});

it("regions follow one another without a gap, and never overlap", () => {
  const regions = [0, 1, 2].map((place) => ofRegion(block("10.20.0.0/16"), place));
  expect(regions.map(toText)).toEqual(["10.20.0.0/16", "10.21.0.0/16", "10.22.0.0/16"]);
});

it("there is no seventh zone", () => {
  expect(() => ofZone(block("10.0.0.0/16"), 6)).toThrow("a network has 6 zones at most; asked for number 7");
});
