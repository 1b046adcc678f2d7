import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { pages } from "../../generate/pages.ts";
import { configuration } from "../../lib/config/config.ts";

const root = path.join(import.meta.dirname, "../..");

it.each(Object.entries(pages))("%s is what `npm run generate` writes", (file, page) => {
  expect(readFileSync(path.join(root, file), "utf8")).toBe(page());
});

/** Every field of the configuration, as deep and in as many kinds of a section as it stands. */
function fieldsIn(schema: unknown, at = ""): readonly { readonly at: string; readonly name: string; readonly description: unknown }[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) => {
    const own = key === "properties" ? Object.entries(inner) : [];
    return [
      ...own.map(([name, field]) => ({ at: `${at}.${name}`, name, description: Reflect.get(Object(field), "description") })),
      ...fieldsIn(inner, `${at}.${key}`),
    ];
  });
}

const fields = fieldsIn(z.toJSONSchema(configuration, { io: "input", unrepresentable: "any" }))
  // The metric of a gate is explained by its kind.
  .filter(({ name }) => name !== "metric");

it("every field of the configuration says what it means", () => {
  expect(fields.filter(({ description }) => !description).map(({ at }) => at)).toEqual([]);
});

it("every field of the configuration is on the page, as often as it stands in a kind of its section", () => {
  const rows = (pages["docs/configuration.md"]?.() ?? "").split("\n").map((line) => line.split(" | "));
  const told = (name: string, description: unknown) =>
    rows.filter(([field = "", ...rest]) => /(\w+)`$/.exec(field)?.[1] === name && rest.join(" | ").endsWith(`| ${description} |`)).length;
  const standing = Map.groupBy(fields, ({ name, description }) => `${name}: ${description}`);
  const missing = [...standing.values()].flatMap((alike) => {
    const [{ at, name, description } = { at: "", name: "", description: "" }] = alike;
    const count = told(name, description);
    return count === alike.length ? [] : [`${at}: ${count} of ${alike.length}`];
  });
  expect(missing).toEqual([]);
});
