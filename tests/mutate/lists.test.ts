import { describe, expect, it } from "vitest";
import { requirements } from "../../generate/requirements.ts";
import { filesOf, root, stale, suites } from "./suites.ts";

/** The rows of systems A, B and C whose absence in a template must be noticed; of D and E it is all of them. */
const marked = [
  ..."A06 A08 A09 A10 A11 A13 A14 A15 A16".split(" "),
  ..."B02 B04 B05 B08 B10 B11 B12 B13 B14 B15 B20".split(" "),
  ..."C01 C02 C03 C04 C05 C07 C08 C09 C13 C14 C15 C16 C18 C19 C22 C23".split(" "),
  ...Object.keys(requirements).filter((row) => /^[DE]/.test(row)),
];

const all = suites.flatMap(({ mutations }) => mutations);

describe("the lists of mutations follow the code", () => {
  it.each(suites)("$system: the text of each stands exactly once in its file", ({ mutations }) => {
    expect(stale(mutations)).toEqual([]);
  });

  it.each(suites)("$system: each changes something, and none is there twice", ({ mutations }) => {
    expect(mutations.filter(({ from, to }) => from === to)).toEqual([]);
    const told = mutations.map((one) => JSON.stringify(one));
    expect(told.filter((one, at) => told.indexOf(one) !== at)).toEqual([]);
  });

  it.each(suites)("$system: the row of each has a test of the system that begins with it", (suite) => {
    const rows = [...new Set(suite.mutations.map(({ row }) => row))];
    expect(rows.filter((row) => filesOf(root, suite, row).length === 0)).toEqual([]);
  });

  it("every row whose absence must be noticed has a mutation in the suite of its system", () => {
    const own = suites.flatMap(({ proves, mutations }) => mutations.filter(({ row }) => proves.includes(row.slice(0, 1))));
    expect(marked.filter((row) => !own.some((one) => one.row === row))).toEqual([]);
  });

  it("a mutation names a requirement", () => {
    expect(all.filter(({ row }) => !(row in requirements))).toEqual([]);
  });
});
