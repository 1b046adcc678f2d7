import { restoreOf } from "../plan/restore.ts";
import { type EngineName, enginePackages } from "./engines.ts";
import { plannedLedger } from "./kept-map.ts";
import { restorePackages } from "./restore/restores.ts";
import { secretPackages } from "./secret.ts";
import { secretsOf } from "./secrets-of.ts";
import type { Target } from "./target.ts";

/** The optional packages that a deploy of a target comes to need, one after the other: what its configuration leaves out needs none. */
export function deployPackages({ config, plan }: Target, engine: EngineName): readonly string[] {
  return [
    ...enginePackages[engine],
    ...(plannedLedger(plan) ? ["@aws-sdk/client-dynamodb"] : []),
    ...(secretsOf(config, plan).length > 0 ? secretPackages : []),
    ...(restoreOf(config, plan) ? restorePackages : []),
  ];
}
