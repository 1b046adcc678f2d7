import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** Complete, but nothing of the stack is left (AWS CloudFormation User Guide, "Stack status codes"). */
const empty: readonly string[] = ["DELETE_COMPLETE", "ROLLBACK_COMPLETE"];

/** A stack that was deployed is still there, and the last change of it ended well or was taken back. */
export const stack: Check<"stack"> = ({ region, name: StackName }, means) =>
  withClient(new CloudFormationClient(inTime(region)), async (client) => {
    const asked = await call(
      means,
      "cloudformation:DescribeStacks",
      (options) => client.send(new DescribeStacksCommand({ StackName }), options),
      // CloudFormation has no other name for it; ours are valid in all other respects.
      { ValidationError: `there is no stack ${StackName} any more` },
    );
    if (asked.is !== "told") return asked;
    const { StackStatus: status = "in no state" } = asked.value.Stacks?.[0] ?? {};
    if (status.endsWith("_IN_PROGRESS")) return { is: "unknown", because: `it is ${status}: AWS has not finished` };
    return status.endsWith("_COMPLETE") && !empty.includes(status) ? done(status) : toDo(`it is ${status}`);
  });
