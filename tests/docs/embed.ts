import * as aws from "@pulumi/aws";
import { TapStack } from "../../lib/tap-stack.ts";
import config from "./sluice.config.ts";

const shop = new TapStack("shop", { config, environment: "production" });
new aws.ec2.SecurityGroup("jobs", { vpcId: shop.vpcId.apply((id) => id ?? "") });
export const address = shop.balancerDnsName;
