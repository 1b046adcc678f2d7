import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";

/** What a rule finds. Questions are asked one by one: one that needs a value which could not be read has no answer, and the others have theirs. */
export type Findings = Problem | undefined | readonly Findings[] | (() => Findings);

/** Checks what no single value shows. It takes from the configuration only what a question needs, where the question is. */
export type Rule = (config: Config) => Findings;

/** Thrown where somebody reads what stands in for a value that could not be read. */
export class Unread extends Error {}

/** Everything that was found, with all questions asked. */
export function answers(found: Findings): readonly Problem[] {
  if (found === undefined) return [];
  if (typeof found === "function") return answers(asked(found));
  return "path" in found ? [found] : found.flatMap(answers);
}

const asked = (question: () => Findings): Findings => readOr(question, undefined);

/** A value, or another where it could not be read: for what a fix only proposes. */
export function readOr<T>(value: () => T, other: T): T {
  try {
    return value();
  } catch (error) {
    if (error instanceof Unread) return other;
    throw error;
  }
}
