import { type Activity, type AutoScalingClient, paginateDescribeScalingActivities } from "@aws-sdk/client-auto-scaling";
import type { Instant } from "../../base/time.ts";

/** Why instances of a group did not come up or were taken away for not being well, one line for each since then. */
export async function lossesOf(client: AutoScalingClient, group: string, since: Instant): Promise<readonly string[]> {
  // It takes whole seconds, and tells a hundred activities at a time (Amazon EC2 Auto Scaling API Reference, DescribeScalingActivities and Filter).
  const from = new Date(since).toISOString().replace(/\.\d+Z$/, "Z");
  const asking = { AutoScalingGroupName: group, Filters: [{ Name: "StartTimeLowerBound", Values: [from] }] };
  const found: string[] = [];
  for await (const { Activities = [] } of paginateDescribeScalingActivities({ client }, asking))
    for (const activity of Activities) if (isSince(activity, since) && isLoss(activity)) found.push(whyOf(activity));
  return found;
}

const isSince = ({ StartTime }: Activity, since: Instant): boolean => StartTime !== undefined && StartTime.getTime() >= since;

/** An instance that fails a check is told by its cause ("Amazon EC2 Auto Scaling User Guide", "View the reason for health check failures"). */
const isLoss = (activity: Activity): boolean => isFailedLaunch(activity) || checkFailed.test(activity.Cause ?? "");

/**
 * A launch that failed has one of two codes, and its message tells why (API reference, DescribeScalingActivities); activities are of launches or of
 * terminations ("Amazon EC2 Auto Scaling User Guide", "Verify a scaling activity for an Auto Scaling group"). One that was cancelled without a reason,
 * or whose instance was ended by EC2's API (Amazon EC2 API reference, StateReason), was somebody's wish, such as fewer instances. A version that ends
 * its own instances in that way does not come up in time.
 */
const isFailedLaunch = ({ StatusCode, StatusMessage = "", Description = "" }: Activity): boolean =>
  (StatusCode === "Failed" || StatusCode === "Cancelled") &&
  Description.startsWith("Launching") &&
  StatusMessage !== "" &&
  !StatusMessage.includes("Client.UserInitiatedShutdown");

const checkFailed = /an instance was taken out of service in response to an? .*(health|status) check/;

/** Without the times in it, so that the same reason reads the same. */
const whyOf = ({ StatusMessage, Cause = "" }: Activity): string => StatusMessage || Cause.replaceAll(/At \S+ /g, "").trim();
