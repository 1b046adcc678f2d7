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

it("every field of the configuration says what it means", () => {
  const silent: string[] = [];
  const visit = (at: string, schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    for (const [key, inner] of Object.entries(schema)) {
      if (key === "properties") {
        for (const [name, field] of Object.entries(inner)) {
          const known = Object(field);
          // The metric of a gate is explained by its kind.
          if (name !== "metric" && !known.description) silent.push(`${at}.${name}`);
        }
      }
      visit(`${at}.${key}`, inner);
    }
  };
  visit("", z.toJSONSchema(configuration, { io: "input", unrepresentable: "any" }));
  expect(silent).toEqual([]);
});
