import { z } from "zod";
import { parseDuration, writeDuration } from "../base/time.ts";
import { nearest } from "./nearest.ts";

// setTimeout counts in 31 bits: anything over 24.8 days would fire at once.
const longest = 168 * 3_600_000;

/** A length of time as people write it (`250ms`, `2s`, `5m`, `1h`), read into milliseconds. The limits are in milliseconds. */
export function time(atLeast = 0, atMost = longest) {
  const fix = `write a length of time such as "250ms", "2s", "5m" or "1h", ${atLeast ? `from ${writeDuration(atLeast)} ` : ""}up to ${writeDuration(atMost)}`;
  const written = z.templateLiteral([z.number(), z.enum(["ms", "s", "m", "h"])], { error: fix }).meta({ form: "time" });
  return written.transform((text, context) => {
    const found = parseDuration(text);
    if (found !== undefined && found >= atLeast && found <= atMost) return found;
    context.issues.push({ code: "custom", message: fix, input: text });
    return z.NEVER;
  });
}

/** Whole days as people write them (`30d`), read into a number. */
export function days(from: number, to: number, fix: string) {
  const written = z.templateLiteral([z.number(), "d"], { error: fix }).meta({ form: "days" });
  return written.transform((text, context) => {
    const given = Number(text.slice(0, -1));
    if (Number.isInteger(given) && given >= from && given <= to) return given;
    context.issues.push({ code: "custom", message: fix, input: text });
    return z.NEVER;
  });
}

/** A percentage as people write it (`0.5%`), read into a share from 0 to 1. */
export function percentage(allowed: (share: number) => boolean, fix: string) {
  const written = z.templateLiteral([z.number(), "%"], { error: fix }).meta({ form: "percentage" });
  return written.transform((text, context) => {
    const share = Number(text.slice(0, -1)) / 100;
    if (allowed(share)) return share;
    context.issues.push({ code: "custom", message: fix, input: text });
    return z.NEVER;
  });
}

/** A whole number within limits, both included. */
export const whole = (from: number, to: number) =>
  z
    .int({ error: wholeFix(from, to) })
    .min(from, wholeFix(from, to))
    .max(to, wholeFix(from, to));
const wholeFix = (from: number, to: number): string => `write a whole number from ${from} to ${to}`;

/** A list in which nothing stands twice: each item becomes something in AWS with a name of its own, or AWS refuses the second one. */
export const once = <Item extends z.ZodType>(list: z.ZodArray<Item>): z.ZodArray<Item> =>
  list.superRefine((items, context) => {
    for (const [at, item] of items.entries())
      if (items.indexOf(item) < at) context.addIssue({ code: "custom", path: [at], message: "leave it out: the list has it already" });
  });

/** A text that is not empty. */
export const text = (fix: string) => z.string({ error: fix }).regex(/\S/, fix);

const pathFix = 'write a path that starts with "/", with spaces and other special characters percent-encoded';

/** The path of a request with its query, as it goes over the wire. */
export const urlPath = z
  .string({ error: pathFix })
  .regex(/^\/[\x21\x22\x24-\x7e]*$/, pathFix)
  .meta({ form: "path" });

/** An object in which every key must be known; an unknown one is answered with the nearest known one, one line a key. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, known)).join("\n")
        : `write an object with: ${known.join(", ")}`,
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const [close] = nearest(key, known);
  return close ? `unknown key, did you mean "${close}"?` : `unknown key; known here: ${known.join(", ")}`;
}
