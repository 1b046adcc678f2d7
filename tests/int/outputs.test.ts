import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { givenStacks, near, stacksIn, told } from "./outputs.ts";
import { reads, seenBy } from "./reads.ts";

const base = { VpcId: "vpc-1", DatabasePort: 3306 };
const read = [{ name: "orders-production-use1-base", region: "us-east-1", outputs: { VpcId: "vpc-1", DatabasePort: "3306" } }];

describe("A04 A05 outputs are read", () => {
  it.each([
    ["the map that sluice deploy writes", { v: 1, environment: "production", stacks: [{ part: "base", account: "1", ...read[0] }] }],
    ["what pulumi stack output --json prints of bin/tap.ts", { url: "https://x", stacks: { "orders-production-use1-base": base } }],
    ["the same as a pipeline hands it on", { production: { stacks: { "orders-production-use1-base": base } } }],
    ["plain outputs by stack", { "orders-production-use1-base": base, "orders-production-use1-empty": {} }],
  ])("from %s", (_, given) => {
    expect(stacksIn(given)).toEqual(read);
  });

  it("with the region from the code before the part, also of a part that reads like one", () => {
    expect(stacksIn({ "use1-staging-euw1-web": base })[0]?.region).toBe("eu-west-1");
    expect(() => stacksIn({ website: base })).toThrow(/website has no code of a region/);
  });

  it.each([[[]], ["text"], [{ stacks: [{ name: "a" }] }]])("and nothing else is taken for them: %j", (given) => {
    expect(() => stacksIn(given)).toThrow();
  });

  it("by name, of a stack itself before its neighbours in the region", () => {
    const stack = (name: string, region: string, value: string) => ({ name, region, outputs: { ZoneId: value } });
    const stacks = [stack("a", "eu-west-1", "1"), stack("b", "us-east-1", "2"), stack("c", "us-east-1", "3")];
    expect(told(stacks, /^Zone/).map(({ value }) => value)).toEqual(["1", "2", "3"]);
    expect(stacks.map((one) => near(stacks, one, "ZoneId"))).toEqual(["1", "2", "3"]);
    expect(near(stacks, { name: "d", region: "us-east-1", outputs: {} }, "ZoneId")).toBe("2");
    expect(near(stacks, { name: "d", region: "us-west-2", outputs: {} }, "ZoneId")).toBeUndefined();
  });
});

it("A04 without a file it says which variable names one, and an empty file is no reason to skip", () => {
  expect(givenStacks({})).toEqual({ none: expect.stringContaining("STACK_OUTPUTS names no file") });
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-outputs-"));
  const file = path.join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify({ stacks: { "orders-production-use1-base": base } }));
  expect(givenStacks({ STACK_OUTPUTS: file })).toEqual({ stacks: read });
  writeFileSync(file, "{}");
  expect(() => givenStacks({ STACK_OUTPUTS: file })).toThrow(/no outputs of a stack/);
  rmSync(folder, { recursive: true });
});

describe("B19 what reads an output", () => {
  it("is known of each check of the integration test, and of no other", () => {
    const text = readFileSync(path.join(import.meta.dirname, "../tap-stack.int.test.ts"), "utf8");
    const checks = [...text.matchAll(/, clean\((\w+)\)\);/g)].map(([, check]) => check);
    expect(Object.keys(reads).sort()).toEqual(checks.sort());
    expect(() => seenBy("audit", [])).toThrow(/does not say what the check audit reads/);
  });

  it("is all that a check sees: what it forgets to say is not there for it", () => {
    const outputs = { FilesBucketName: "files", FilesKeyArn: "arn:1", LogsKeyArn: "arn:2", LogBucketName: "logs", VpcId: "vpc-1" };
    const stack = { name: "a", region: "eu-west-1", outputs };
    expect(seenBy("buckets", [stack])).toEqual([
      { ...stack, outputs: { FilesBucketName: "files", FilesKeyArn: "arn:1", LogBucketName: "logs" } },
    ]);
    expect(seenBy("network", [stack])).toEqual([{ ...stack, outputs: { VpcId: "vpc-1" } }]);
  });
});
