import { type Activity, type AutoScalingClient, DescribeScalingActivitiesCommand } from "@aws-sdk/client-auto-scaling";
import type { Instant } from "../../base/time.ts";

/**
 * Why instances of a group did not come up or were taken away for not being well, one line for each since then. The newest hundred activities
 * are looked at.
 */
export async function lossesOf(client: AutoScalingClient, group: string, since: Instant): Promise<readonly string[]> {
  const { Activities = [] } = await client.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: mostActivities }),
  );
  return Activities.filter((activity) => (activity.StartTime?.getTime() ?? 0) >= since && isLoss(activity)).map(whyOf);
}

const mostActivities = 100;

/**
 * A start that failed has one of two codes (API reference, DescribeScalingActivities); an instance that fails a check is told by its cause
 * ("Amazon EC2 Auto Scaling User Guide", "View the reason for health check failures").
 */
const isLoss = ({ StatusCode, Cause = "" }: Activity): boolean =>
  StatusCode === "Failed" || StatusCode === "Cancelled" || checkFailed.test(Cause);

const checkFailed = /an instance was taken out of service in response to an? .*(health|status) check/;

/** Without the times in it, so that the same reason reads the same. */
const whyOf = ({ StatusMessage, Cause = "" }: Activity): string => StatusMessage || Cause.replaceAll(/At \S+ /g, "").trim();
