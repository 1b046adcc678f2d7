import { CloudControlClient, GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/**
 * The handshake is done (AWS CloudFormation Template Reference, AWS::CodeConnections::Connection: ConnectionStatus). Read by Cloud Control,
 * whose client reads connections of both names that the service has had.
 */
export const connection: Check<"connection"> = ({ region, arn }, means) =>
  withClient(new CloudControlClient(inTime(region)), async (client) => {
    const of = arn.split(":")[2] === "codestar-connections" ? "CodeStarConnections" : "CodeConnections";
    const asked = await call(
      means,
      "cloudformation:GetResource",
      (options) => client.send(new GetResourceCommand({ TypeName: `AWS::${of}::Connection`, Identifier: arn }), options),
      { ResourceNotFoundException: "there is no such connection" },
    );
    if (asked.is !== "told") return asked;
    const status: unknown = Reflect.get(Object(JSON.parse(asked.value.ResourceDescription?.Properties ?? "{}")), "ConnectionStatus");
    return status === "AVAILABLE" ? done("AVAILABLE") : toDo(`it is ${status}`);
  });
