import path from "node:path";
import type { Tell } from "../base/events.ts";
import { systemClock } from "../base/time.ts";
import { inheritedEnvironment } from "../machine/environment.ts";
import { localState } from "../pipeline/state.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Report } from "../release/report.ts";
import type { Place } from "../worlds/aws/place.ts";
import type { RunCommand } from "../worlds/aws/probe.ts";
import { runCommand } from "../worlds/local/commands.ts";
import { holderHere, isGoneHere } from "../worlds/local/ledger.ts";
import { loadAccount } from "./doctor.ts";
import { readNewestMap } from "./environment-map.ts";
import { installed } from "./installed.ts";
import { keepReport } from "./keep-report.ts";
import { withTable } from "./ledger-of.ts";
import { refuseElsewhere, tableIn } from "./recovery/served.ts";
import { watched } from "./release/alarms.ts";
import { serviceOf } from "./release/service.ts";
import { serviceLeft } from "./release/unfinished.ts";
import { type Asked, openTarget } from "./target.ts";
import { userName } from "./user.ts";
import type { OutcomeEvent, Signals } from "./views.ts";

const packages = [
  "@aws-sdk/client-application-auto-scaling",
  "@aws-sdk/client-auto-scaling",
  "@aws-sdk/client-cloudwatch",
  "@aws-sdk/client-codedeploy",
  "@aws-sdk/client-codebuild",
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/client-ec2",
  "@aws-sdk/client-ecr",
  "@aws-sdk/client-ecs",
  "@aws-sdk/client-elastic-load-balancing-v2",
  "@aws-sdk/client-eventbridge",
  "@aws-sdk/client-lambda",
  "@aws-sdk/client-route-53",
  "@aws-sdk/client-s3",
  "@aws-sdk/client-service-quotas",
  "@aws-sdk/client-sns",
  "@aws-sdk/client-ssm",
  "@aws-sdk/client-sts",
];

/** What is asked of a release beside where. */
interface ReleaseAsked extends Asked {
  /** A tag or digest of an image, or the key of an archive; may be left out for what was left unfinished. */
  readonly version?: string;
  readonly service?: string;
  /** Alarms that may fire, as the version mends what they are for. */
  readonly despite: readonly string[];
}

/** Releases from this machine what the project's folder says, by the map that its last deploy left there. */
export async function releaseFrom(asked: ReleaseAsked, tell: Tell, signals: Signals): Promise<OutcomeEvent> {
  const target = await openTarget(asked);
  const { folder, config, plan } = target;
  const { version, service: named, despite } = asked;
  const map = await readNewestMap(asked, (text) => tell({ type: "note", text }));
  const left = named === undefined && config.services.length > 1 ? (ledger: Ledger) => serviceLeft(config, ledger) : undefined;
  const service = serviceOf(config, named ?? (left && (await withTable(map, left))));
  const alarms = watched(plan, config, service, despite);
  await refuseElsewhere(tableIn(map), "release");
  const run = commandsIn(folder);
  return installed("a release on AWS", packages, async () => {
    const [{ release }, { openAws }] = await Promise.all([import("./release.ts"), import("../worlds/aws/opened.ts")]);
    const open = (place: Place) => openAws(place, { clock: systemClock, isGone: isGoneHere, run });
    const state = await localState(folder);
    const keep = (report: Report) => keepReport(state, report);
    const [account, holder] = [await loadAccount(target), holderHere(userName())];
    const what = { ...(version !== undefined && { version }), service: service.name };
    return release({ config, map, ...what, open, account, alarms, keep, clock: systemClock, holder, tell, signals });
  });
}

/** The user's own commands run in the project's folder, with no more of this process than a rehearsal lends them. */
function commandsIn(folder: string): RunCommand {
  return async (command, env, timeout) => {
    const given = { ...inheritedEnvironment(), ...env };
    const { exit, tail } = await runCommand(command, {
      cwd: folder,
      env: given,
      timeout,
      log: path.join(folder, ".sluice", "commands.log"),
    });
    const saw = exit === "timeout" ? "not done in time" : `exit ${exit}`;
    return { ok: exit === 0, saw: tail === "" ? saw : `${saw}: ${tail}` };
  };
}
