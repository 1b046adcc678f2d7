import { elsewhereOf, everyBucket, everyKey, everyLog, everyRole, everyTopic } from "../never.ts";
import { type Call, calls } from "../roles.ts";
import type { World } from "../world.ts";
import { otherAccount, parameterOf, releasesOf, replicaOf, secretOf, worlds } from "./places.ts";

/** What no role of either environment may but the one whose task it is. */
export function neverOf(world: World): (roleArns: readonly string[]) => readonly Call[] {
  return (roleArns) => [...everyRole(world, worlds, roleArns), ...everyKey(worlds), ...worlds.flatMap(everything)];
}

const everything = (world: World): readonly Call[] => [
  ...everyBucket([releasesOf(world), replicaOf(world), world.bucket("logs")]),
  ...everyLog(world, ["flow", "shop"]),
  ...everyTopic(world.at("sns", world.called("notices"))),
  ...calls(`${releasesOf(world)}/blue/1.tar.gz`, ["s3:GetObject", "s3:PutObject"]),
  ...calls(secretOf(world), ["secretsmanager:GetSecretValue", "secretsmanager:DeleteSecret", "secretsmanager:PutResourcePolicy"]),
  ...calls(parameterOf(world, "database/address"), ["ssm:GetParameter", "ssm:PutParameter"]),
  ...calls(world.at("rds", `db:${world.called("database")}`), [
    "rds:CreateDBSnapshot",
    "rds:DeleteDBInstance",
    "rds:ModifyDBInstance",
    "rds:RebootDBInstance",
  ]),
  ...calls(world.at("rds", "snapshot:orders-2026-11-20"), ["rds:CopyDBSnapshot", "rds:ModifyDBSnapshotAttribute"]),
  ...calls(world.at("ec2", "instance/i-0123456789abcdef0"), ["ec2:TerminateInstances", "ec2:ModifyInstanceMetadataOptions"]),
  ...calls(world.at("autoscaling", `autoScalingGroup:1:autoScalingGroupName/${world.called("shop-green")}`), [
    "autoscaling:SetDesiredCapacity",
    "autoscaling:UpdateAutoScalingGroup",
  ]),
  ...calls(world.at("elasticloadbalancing", `listener-rule/app/${world.called("balancer")}/1/2/3`), ["elasticloadbalancing:ModifyRule"]),
  ...calls("arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ", ["route53:ChangeResourceRecordSets"]),
];

/** The same call on what is not ours: in another account, of another environment, in another region. */
export const elsewhere = elsewhereOf({ project: "orders", worlds, otherAccount, regions: { "us-east-1": "use1", "us-west-2": "usw2" } });
