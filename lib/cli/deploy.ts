import type { Agree } from "../actions/aws-events.ts";
import { deploy } from "../actions/deploy.ts";
import { deployPackages } from "../actions/deploy-packages.ts";
import { type EngineName, loadEngine } from "../actions/engines.ts";
import { readOwnMap } from "../actions/environment-map.ts";
import { refuseUninstalled } from "../actions/installed.ts";
import { keepMap } from "../actions/kept-map.ts";
import { lockReleases } from "../actions/ledger-of.ts";
import { restoresOnAws } from "../actions/restore/restores.ts";
import { loadSecrets } from "../actions/secret.ts";
import { type Asked, openTarget } from "../actions/target.ts";
import { UserError } from "../base/errors.ts";
import { runOnAws } from "./aws-run.ts";
import { askLine, canAsk } from "./question.ts";

/** What a person typed for a command that changes AWS. */
export interface AwsRequest extends Asked {
  /** In place of the configuration's. */
  readonly engine?: EngineName;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `sluice deploy`: shows what would change, asks, and makes AWS what the plan says. */
export function runDeploy({ engine, yes, json, ...asked }: AwsRequest): Promise<number> {
  const { environment } = asked;
  return runOnAws({ environment, json, next: `sluice doctor ${environment}   (what is left for a person to do)` }, async (tell) => {
    if (!yes) refuseUnasked("deploy", json);
    const target = await openTarget(asked);
    const by = engine ?? target.config.engine;
    refuseUninstalled("a deploy", deployPackages(target, by));
    const makeEngine = await loadEngine(by, target);
    const end = await deploy(target, {
      engine: makeEngine,
      secrets: loadSecrets,
      lock: lockReleases,
      restores: restoresOnAws,
      agree: yes ? undefined : agreeing(environment),
      tell,
    });
    if (end.map !== "") await keepMap(target.plan, await readOwnMap(target.folder, environment), (text) => tell({ type: "note", text }));
    return end;
  });
}

function agreeing(environment: string): Agree {
  return async () => /^y(es)?$/i.test((await askLine(`deploy these changes to ${environment}? [y/N] `)) ?? "");
}

/** Throws where a command that asks first finds nobody to ask. */
export function refuseUnasked(command: string, json: boolean): void {
  if (!json && canAsk()) return;
  throw new UserError(
    "usage/invalid",
    `${command} asks before it changes anything, and here is nobody to ask`,
    "add --yes, or run it on a terminal",
  );
}
