import { arnOf, globalArn } from "../../aws/arns.ts";
import { allow, trusts, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import { type Granted, role } from "./role.ts";

interface InstanceNeeds {
  readonly service: string;
  readonly releases: { readonly arn: Value<string>; readonly keyArn: Value<string> };
  readonly parameters: readonly Resource<"AWS::SSM::Parameter">[];
  readonly secret?: { readonly arn: Value<string>; readonly keyArn: Value<string> };
}

/** The rights of instances, and the profile by which EC2 hands them over. */
export interface InstanceRole extends Granted {
  readonly profile: Resource<"AWS::IAM::InstanceProfile">;
}

/** What instances are managed and watched with (AWS Systems Manager and CloudWatch User Guides: the policies' names). */
const managed = ["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"];

/** What an instance may do: read its releases, its own parameters and its one secret, be managed, and tell how it is (B02, B14). */
export function instanceRole(block: Block, { service, releases, parameters, secret }: InstanceNeeds): InstanceRole {
  const { site } = block;
  const via = (name: string) => ({ StringEquals: viaService(site.region, name) });
  const granted = role(
    block,
    `${service}-instance`,
    "An instance of the service",
    trusts("ec2.amazonaws.com"),
    [
      allow({ actions: "s3:GetObject", resources: sub("${Releases}/*", { Releases: releases.arn }) }),
      allow({ actions: "kms:Decrypt", resources: releases.keyArn, conditions: via("s3") }),
      allow({ actions: "ssm:GetParameter", resources: parameters.map((one) => sub(parameterArn(site), { Name: ref(one) })) }),
      ...(secret
        ? [
            allow({ actions: "secretsmanager:GetSecretValue", resources: secret.arn }),
            allow({ actions: "kms:Decrypt", resources: secret.keyArn, conditions: via("secretsmanager") }),
          ]
        : []),
    ],
    managed.map((policy) => globalArn(site.region, "iam", "aws", `policy/${policy}`)),
  );
  const profile = block.add(
    "Instance profile",
    "AWS::IAM::InstanceProfile",
    { InstanceProfileName: block.name("instance-profile", service), Roles: [ref(granted.role)] },
    { proves: ["B02"] },
  );
  block.stack.output("InstanceRoleArn", att(granted.role, "Arn"), "Role of the instances");
  block.stack.output("InstanceProfileName", ref(profile), "Instance profile of both colours");
  return { ...granted, profile };
}

/** A parameter's name begins with the slash that stands in its ARN. */
const parameterArn = ({ region, account }: Block["site"]): string => arnOf(region, "ssm", account, "parameter${Name}");
