import { describe, expect, it } from "vitest";
import { consoleOf, dnsSuffix, factsOf, globalRegion, isRegion, partitionOf, regions, zoneNames } from "../../lib/aws/regions.ts";

describe("regions", () => {
  it("A06: every region has a code of its own, a partition and at least two zones", () => {
    expect(new Set(regions.map((region) => factsOf(region).code)).size).toBe(regions.length);
    for (const region of regions) {
      const { code, zones } = factsOf(region);
      expect(code).toMatch(/^[a-z]{3,5}[0-9]$/);
      expect(zones.length).toBeGreaterThanOrEqual(2);
      expect(zones).toEqual([...new Set(zones)].sort());
    }
  });

  it("the code begins as the region does and ends with its number, as AWS writes zone ids", () => {
    for (const region of regions) {
      const { code } = factsOf(region);
      expect(code.slice(0, 2)).toBe(region.slice(0, 2));
      expect(code.slice(-1)).toBe(region.slice(-1));
    }
    expect(
      ["us-east-1", "ap-southeast-2", "ap-south-1", "us-gov-west-1", "cn-northwest-1"]
        .filter(isRegion)
        .map((region) => factsOf(region).code),
    ).toEqual(["use1", "apse2", "aps1", "usgw1", "cnnw1"]);
  });

  it.each([
    ["us-east-1", "aws", "amazonaws.com", "console.aws.amazon.com"],
    ["us-gov-east-1", "aws-us-gov", "amazonaws.com", "console.amazonaws-us-gov.com"],
    ["cn-north-1", "aws-cn", "amazonaws.com.cn", "console.amazonaws.cn"],
  ] as const)("%s is in %s, whose names end with %s and whose console is %s", (region, partition, suffix, console) => {
    expect([partitionOf(region), dnsSuffix(region), consoleOf(region)]).toEqual([partition, suffix, `https://${region}.${console}`]);
  });

  it("no other text is a region, not even what every object has", () => {
    expect(["us-east-9", "", "US-EAST-1", "toString", "us-east-1a"].filter(isRegion)).toEqual([]);
    expect(isRegion(globalRegion)).toBe(true);
  });

  it("zones skip the letters that a region does not have", () => {
    expect(zoneNames("us-east-1", 2)).toEqual(["us-east-1a", "us-east-1b"]);
    expect(zoneNames("ca-central-1", 3)).toEqual(["ca-central-1a", "ca-central-1b", "ca-central-1d"]);
  });

  it.each([0, 4, 1.5])("asking eu-west-1 for %d zones is refused, not answered with fewer", (count) => {
    expect(() => zoneNames("eu-west-1", count)).toThrow("eu-west-1 has 3 zones");
  });
});
