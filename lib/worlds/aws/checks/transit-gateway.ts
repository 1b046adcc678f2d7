import { DescribeTransitGatewaysCommand, EC2Client } from "@aws-sdk/client-ec2";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** The account sees the gateway, and what it attaches is accepted: its own always, another's where the gateway is told to. */
export const transitGateway: Check<"transit gateway"> = ({ region, account, id }, means) =>
  withClient(new EC2Client(inTime(region)), async (client) => {
    const asked = await call(
      means,
      "ec2:DescribeTransitGateways",
      (options) => client.send(new DescribeTransitGatewaysCommand({ TransitGatewayIds: [id] }), options),
      { "InvalidTransitGatewayID.NotFound": `${account} sees no such transit gateway in ${region}` },
    );
    if (asked.is !== "told") return asked;
    const [{ State, OwnerId, Options } = {}] = asked.value.TransitGateways ?? [];
    if (State !== "available") return toDo(`it is ${State}`);
    if (Options?.DefaultRouteTableAssociation === "disable" || Options?.DefaultRouteTablePropagation === "disable")
      return toDo("it leads nowhere by itself: enable its default route table's association and propagation, or write its routes");
    if (OwnerId === account) return done("it is the account's own");
    return Options?.AutoAcceptSharedAttachments === "enable"
      ? done(`it is shared by ${OwnerId} and accepts attachments`)
      : toDo(`it does not accept attachments by itself: ${OwnerId} must set AutoAcceptSharedAttachments`);
  });
