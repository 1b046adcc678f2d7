import { expect, test } from "vitest";
import { type GivenOptions, rehearseOptions } from "../../lib/cli/options.ts";

test("X03: what was not said is left to the configuration", () => {
  expect(rehearseOptions({}, "/here")).toEqual({ faults: [], approve: false, keep: false, cwd: "/here" });
});

test("X03: numbers are read, everything else is passed on as it was typed", () => {
  const given = {
    source: "shop",
    from: "v1",
    to: "v2",
    start: "node a.js",
    health: "/up",
    rate: "12.5",
    speed: "4",
    port: "0",
    config: "c.ts",
  };
  expect(rehearseOptions({ ...given, fault: ["build-fails"], approve: true, keep: true }, "/here")).toEqual({
    ...given,
    rate: 12.5,
    speed: 4,
    port: 0,
    faults: ["build-fails"],
    approve: true,
    keep: true,
    cwd: "/here",
  });
});

test("a rate of 0 is taken: no traffic but synthetic requests", () => {
  expect(rehearseOptions({ rate: "0" }, "/here").rate).toBe(0);
});

test.each<[string, GivenOptions]>([
  ["a rate above 100000", { rate: "100001" }],
  ["a negative rate", { rate: "-1" }],
  ["a rate that is no number", { rate: "fast" }],
  ["an empty rate", { rate: "" }],
  ["an endless rate", { rate: "Infinity" }],
  ["a hexadecimal rate", { rate: "0x10" }],
  ["a speed of 0", { speed: "0" }],
  ["a port above 65535", { port: "65536" }],
  ["a broken port", { port: "80.5" }],
  ["a health path without /", { health: "health" }],
])("A17: %s is refused with the option, the value and a fix", (_what, given) => {
  const [option = "", value = ""] = Object.entries(given)[0] ?? [];
  expect(() => rehearseOptions(given, "/here")).toThrow(
    expect.objectContaining({
      code: "usage/invalid",
      message: expect.stringContaining(`--${option} ${value}`),
      fix: expect.stringMatching(/^give /),
    }),
  );
});
