import { expect, it } from "vitest";
import { isRelease, reaches, versionProblem } from "../../lib/aws/engine-versions.ts";
import { checkConfig } from "../../lib/config/check.ts";
import { diagnosticsOf } from "../judges/cloudformation.ts";

it.each([
  ["mysql", "8.4"],
  ["mysql", "8.4.9"],
  ["mysql", "8.0.46-rds.20260908"],
  ["postgres", "17"],
  ["postgres", "17.6"],
  ["postgres", "11.22-rds.20260224"],
] as const)("A17 B08 of %s the version %s is one that RDS has", (engine, version) => {
  expect(versionProblem(engine, version)).toBeUndefined();
});

it.each([
  ["mysql", "8", 'such as "8.4" or "8.4.9"'],
  ["mysql", "9.9", "MySQL that RDS has: 8.4, 8.0, 5.7"],
  ["mysql", "8.4.1", 'write "8.4", or a version of it from 8.4.3 on'],
  ["mysql", "8.4-rds.20260908", "such as"],
  ["postgres", "99", "PostgreSQL that RDS has: 18, 17"],
  ["postgres", "10.23", "PostgreSQL that RDS has"],
  ["postgres", "15.1", "from 15.2 on"],
  ["postgres", "17.6.1", 'such as "17" or "17.6"'],
] as const)("A17 B08 of %s the version %s is refused", (engine, version, fix) => {
  expect(versionProblem(engine, version)).toContain(fix);
});

it.each([
  ["mysql", /'(\d+\.\d+)\.\d+'/g, "9.9"],
  ["postgres", /'(\d{2})\.\d+'/g, "99"],
] as const)("A17 the releases of %s are those that AWS's validator lists, from some on and up to the newest", (engine, form, unknown) => {
  const Properties = { Engine: engine, EngineVersion: unknown, DBInstanceClass: "db.m6g.large", AllocatedStorage: "20" };
  const found = diagnosticsOf({ Resources: { Database: { Type: "AWS::RDS::DBInstance", Properties } } }, engine);
  const list = found.find(({ ruleId }) => ruleId === "E9006")?.message ?? "";
  const listed = [...new Set([...list.matchAll(form)].map(([, release = ""]) => release))].toSorted((a, b) => Number(b) - Number(a));
  const known = versionProblem(engine, unknown)?.match(/\d+(\.\d+)?/g) ?? [];
  expect(known.length).toBeGreaterThan(0);
  expect(listed.slice(0, known.length)).toEqual(known);
});

it("A17 every class of instances that AWS's validator lists for PostgreSQL passes, and none of EC2's alone", () => {
  const Properties = { Engine: "postgres", EngineVersion: "17.6", DBInstanceClass: "db.none", AllocatedStorage: "20" };
  const found = diagnosticsOf({ Resources: { Database: { Type: "AWS::RDS::DBInstance", Properties } } }, "classes");
  const listed = found.find(({ ruleId }) => ruleId === "E3025")?.message.match(/db\.\w+\.\w+/g) ?? [];
  expect(listed.length).toBeGreaterThan(100);
  const refused = (instance: string) => {
    const checked = checkConfig({ database: { engine: "postgres", version: "17", instance } });
    return "problems" in checked && checked.problems.some(({ path }) => path.includes("instance"));
  };
  expect(listed.filter(refused)).toEqual([]);
  expect(["db.c6g.large", "db.m6g.nano", "db.m6g.metal", "m6g.large"].filter(refused)).toHaveLength(4);
});

it("B08 a release alone is upgraded by RDS, a version in full is not", () => {
  expect([isRelease("mysql", "8.4"), isRelease("mysql", "8.4.9"), isRelease("mysql", "8.0.46-rds.20260908")]).toEqual([true, false, false]);
  expect([isRelease("postgres", "17"), isRelease("postgres", "17.6")]).toEqual([true, false]);
});

it("B08 a restore stays within a release and goes to no older version of it", () => {
  const cases = [
    ["8.4", "8.4.9", true],
    ["8.4.9", "8.4.9", true],
    ["8.4.9", "8.4.10", false],
    ["8.4.10", "8.4.9", true],
    ["8.4", "8.0.40", false],
    ["8.0.46-rds.20260908", "8.0.46-rds.20260908", true],
    ["8.0.46-rds.20260908", "8.0.46", true],
    ["8.0.46", "8.0.46-rds.20260908", true],
    ["8.0.46-rds.20260624", "8.0.46-rds.20260908", false],
  ] as const;
  expect(cases.map(([wanted, found]) => reaches("mysql", wanted, found))).toEqual(cases.map(([, , is]) => is));
});
