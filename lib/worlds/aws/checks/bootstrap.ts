import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** What `cdk bootstrap` leaves: its version (AWS CDK Developer Guide, "AWS CDK bootstrapping"). */
const parameter = "/cdk-bootstrap/hnb659fds/version";

/** CDK is set up where its bootstrap stack says a version that is new enough. */
export const bootstrap: Check<"bootstrap"> = ({ region, version }, means) =>
  withClient(new SSMClient(inTime(region)), async (client) => {
    const asked = await call(means, "ssm:GetParameter", (options) => client.send(new GetParameterCommand({ Name: parameter }), options), {
      ParameterNotFound: `there is no parameter ${parameter}, which setting up leaves`,
    });
    if (asked.is !== "told") return asked;
    const found = Number(asked.value.Parameter?.Value);
    return found >= version
      ? done(`bootstrapped with version ${found}`)
      : toDo(`bootstrapped with version ${found}, and ${version} is needed`);
  });
