import { systemClock } from "../base/time.ts";
import { localState } from "../pipeline/state.ts";
import type { RecoveryPlan } from "../release/recovery/plan.ts";
import type { RecoveryReport } from "../release/recovery/report.ts";
import type { RecoveryPlaces } from "../worlds/aws/recovery-place.ts";
import { holderHere, isGoneHere } from "../worlds/local/ledger.ts";
import { readMap, readNewestMap } from "./environment-map.ts";
import { installed } from "./installed.ts";
import { hasReport, keepRecoveryReport } from "./keep-report.ts";
import type { Wanted } from "./recovery/begin.ts";
import type { RecoveryEnd, TellRecovery } from "./recovery/events.ts";
import { type Asked, openTarget } from "./target.ts";
import { userName } from "./user.ts";

/** The optional packages that a move needs. */
export const recoveryPackages: readonly string[] = [
  "@aws-sdk/client-application-auto-scaling",
  "@aws-sdk/client-auto-scaling",
  "@aws-sdk/client-cloudfront-keyvaluestore",
  "@aws-sdk/client-cloudwatch",
  "@aws-sdk/client-codedeploy",
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/client-ecr",
  "@aws-sdk/client-ecs",
  "@aws-sdk/client-elastic-load-balancing-v2",
  "@aws-sdk/client-eventbridge",
  "@aws-sdk/client-rds",
  "@aws-sdk/client-route-53",
  "@aws-sdk/client-s3",
  "@aws-sdk/client-sns",
  "@aws-sdk/client-ssm",
  "@aws-sdk/client-sts",
  "@aws-sdk/signature-v4a",
];

/** What a person typed, and how they are asked. */
export interface RecoverAsked extends Wanted {
  readonly dryRun: boolean;
  readonly agree: ((plan: RecoveryPlan) => Promise<boolean>) | undefined;
}

/** Moves, from this machine, what the project's folder says, by the map that its last deploy left there. */
export async function recoverFrom(asked: Asked, wanted: RecoverAsked, tell: TellRecovery, stop: AbortSignal): Promise<RecoveryEnd> {
  const { folder, config } = await openTarget(asked);
  const note = (text: string): void => tell({ type: "note", text });
  const known = await readMap(asked);
  return installed("moving to another region of AWS", recoveryPackages, async () => {
    const [{ recover }, { openRecovery }, { recoveryPlacesOf }] = await Promise.all([
      import("./recover.ts"),
      import("../worlds/aws/recovery-opened.ts"),
      import("../worlds/aws/recovery-place.ts"),
    ]);
    // What has nowhere to move to is told before anybody has to sign in.
    recoveryPlacesOf(known, config);
    // A region that is lost is asked nothing.
    const map = wanted.lost ? known : await readNewestMap(asked, note);
    const open = (places: RecoveryPlaces) => openRecovery(places, { clock: systemClock, isGone: isGoneHere });
    const state = await localState(folder);
    const keep = (report: RecoveryReport) => keepRecoveryReport(state, report);
    const isKept = (recovery: string) => hasReport(state, recovery);
    return recover({ ...wanted, config, map, open, keep, isKept, clock: systemClock, holder: holderHere(userName()), tell, stop });
  });
}
