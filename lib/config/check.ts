import { isDeepStrictEqual } from "node:util";
import { UserError } from "../base/errors.ts";
import type { Config } from "./config.ts";
import { type Problem, showProblem } from "./problems.ts";
import { readConfig } from "./readable.ts";
import { answers } from "./rules/rule.ts";
import { rules } from "./rules/rules.ts";

type Checked = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** Reads what somebody wrote: the configuration, or everything that is wrong with it at once. */
export function checkConfig(given: unknown): Checked {
  const { config, wrong } = readConfig(given);
  const broken = config ? rules.flatMap((rule) => answers(() => rule(config))) : [];
  const problems = [...wrong, ...broken].filter((one, at, all) => all.findIndex((other) => isDeepStrictEqual(other, one)) === at);
  return config && problems.length === 0 ? { config } : { problems };
}

/** The configuration that somebody wrote into a program of their own. Throws `config/invalid` with all mistakes in the message, which is all that engines show. */
export function configOf(given: unknown): Config {
  const found = checkConfig(given);
  if ("config" in found) return found.config;
  const problems = found.problems.map((problem) => `\n  ${showProblem(problem, given)}`).join("");
  throw new UserError(
    "config/invalid",
    `the configuration has mistakes:${problems}`,
    "correct them; docs/configuration.md lists what can be written",
  );
}
