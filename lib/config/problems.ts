import type { z } from "zod";
import { findSecrets, isSecretName } from "../base/secret-text.ts";

/** One mistake in a configuration: where, and what to write instead. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly fix: string;
}

/** What the schema found, as problems. Every schema says in its message what to write instead. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], at: readonly PropertyKey[] = []): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = [...at, ...issue.path];
    switch (issue.code) {
      case "unrecognized_keys": {
        const fixes = issue.message.split("\n");
        return issue.keys.map((key, i) => ({ path: [...path, key], fix: fixes[i] ?? issue.message }));
      }
      case "invalid_key":
        return [{ path, fix: issue.issues[0]?.message ?? issue.message }];
      case "invalid_union": {
        // The form that was probably meant is the one that got the right kind of value.
        const meant = issue.errors.find(
          (form) => form.length > 0 && form.every((inner) => inner.path.length > 0 || inner.code !== "invalid_type"),
        );
        return meant ? problemsOf(meant, path) : [{ path, fix: issue.message }];
      }
      default:
        return [{ path, fix: issue.message }];
    }
  });
}

/** One line for people: `rollout.bake: got "5 m"; write …`. What looks like a secret is not shown: it would end in logs. */
export function showProblem({ path, fix }: Problem, given: unknown): string {
  const found = valueAt(given, path);
  const value = showValue(found);
  const name = String(path.findLast((key) => typeof key === "string"));
  const secret = isClear(name, found) || findSecrets(`${String(path.at(-1))}: ${value.whole}`).length > 0;
  return `${showPath(path)}: got ${secret ? "what looks like a secret" : value.shown}; ${fix}`;
}

/** Whether somebody wrote a text under the name of a secret, at whatever depth. An ARN only says where one is. */
function isClear(name: string, value: unknown): boolean {
  if (typeof value === "string") return isSecretName(name) && !value.startsWith("arn:");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isClear(isSecretName(name) ? name : key, inner));
}

/** Where a problem is, as people would write it in code: `environments.production.regions[1]`. */
export function showPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the whole configuration";
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`)).join("");
}

/** What somebody wrote at a path. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined), value);
}

function showValue(value: unknown): { readonly whole: string; readonly shown: string } {
  if (value === undefined) return { whole: "", shown: "nothing" };
  const whole = typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
  return { whole, shown: whole.length > 60 ? `${whole.slice(0, 59)}…` : whole };
}
