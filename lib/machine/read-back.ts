import { readFileSync } from "node:fs";
import { errorNumber, UserError } from "../base/errors.ts";

/** Whether a value that was read has the shape that it was written with. */
export type Shape<T> = (value: unknown) => value is T;

/** Whether it is a string. */
export const isText: Shape<string> = (value) => typeof value === "string";

/** Also NaN and the infinities, which JSON cannot hold. */
export const isNumber: Shape<number> = (value) => typeof value === "number";

/** An object of JSON: neither null nor a list. */
export function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Objects with these fields at least. Every field of the type must be named. */
export function withFields<T extends object>(fields: { readonly [Name in keyof T]-?: (value: unknown) => boolean }): Shape<T> {
  const checks = Object.entries<(value: unknown) => boolean>(fields);
  return (value): value is T => isObject(value) && checks.every(([name, is]) => is(value[name]));
}

/** Lists in which every element has the shape; also the empty one. */
export function listOf<T>(is: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(is);
}

/** Objects in which every value has the shape, whatever their keys; also the empty one. */
export function mapOf<T>(is: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> => isObject(value) && Object.values(value).every(is);
}

/** For a field that may be missing: JSON leaves out what is undefined. */
export function maybe<T>(is: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || is(value);
}

/** A value from JSON, or undefined where the text is no JSON or of another shape. */
export function fromJson<T>(text: string, is: Shape<T>): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a file, or undefined where there is none. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorNumber(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** What to throw where a file that we wrote ourselves says something else now. */
export function damaged(file: string, where = ""): UserError {
  return new UserError(
    "plane/lost",
    `${file}${where} is damaged: it is not what was written there`,
    `put it out of the way, then run the same command again: mv ${file} ${file}.damaged`,
  );
}
