import { expect, it } from "vitest";
import { shortened } from "./shortened.ts";

const said = [
  "Updating (development):",
  "",
  "@ updating....",
  " +  pulumi:pulumi:Stack sluice-development creating (0s)",
  ...Array.from({ length: 14 }, (_, at) => ` +  aws:kms:Key key-${at} created (0.12s) `),
  "Outputs:",
  "    stacks: {",
  "        base: {",
  ...["A", "B", "C", "D", "E"].map((name) => `            ${name}: "1"`),
  "        }",
  "    }",
  "",
  "Resources:",
  "    + 14 created",
  "",
].join("\n");

it("A01 a transcript has the first and the last of many lines, and says how many are left out", () => {
  const short = shortened(said, { outputs: true });
  expect(short.filter((line) => line.includes("key-")).map((line) => line.split(" ")[4])).toEqual(
    [0, 1, 2, 3, 4, 9, 10, 11, 12, 13].map((at) => `key-${at}`),
  );
  expect(short).toContain(" … 4 lines");
  expect(short).toContain("            … 2 lines");
  expect(short.some((line) => line.includes("creating") || line.startsWith("@"))).toBe(false);
  expect(short.slice(-3)).toEqual(["", "Resources:", "    + 14 created"]);
});

it("A01 a transcript leaves outputs out where they were shown before", () => {
  const short = shortened(said, { outputs: false });
  expect(short.join("\n")).not.toContain("base:");
  expect(short).toContain("    … 9 lines");
});
