import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";

/** How an instance starts; each change of it is a version, and fleets take the latest. */
export type LaunchTemplate = Resource<"AWS::EC2::LaunchTemplate">;

interface LaunchNeeds {
  readonly service: string;
  readonly instanceType: string;
  /** SSM parameter that holds the AMI. */
  readonly ami: string;
  readonly profile: Resource<"AWS::IAM::InstanceProfile">;
  readonly groupId: Value<string>;
  readonly volume: { readonly size: number; readonly keyArn: Value<string> };
  readonly userData: Value<string>;
}

/**
 * How an instance of a colour starts: nobody logs in with a key, its metadata answers only with a token and only to itself, and its disk is
 * encrypted (B02; Amazon EC2 User Guide, "Use the Instance Metadata Service": IMDSv2, hop limit). EC2 looks the AMI up at each start
 * (Amazon EC2 Auto Scaling User Guide, "Use AWS Systems Manager parameters instead of AMI IDs in launch templates").
 */
export function launchTemplate(block: Block, slot: Slot, needs: LaunchNeeds): LaunchTemplate {
  const { site } = block;
  return block.add(
    `${slot} launch template`,
    "AWS::EC2::LaunchTemplate",
    {
      LaunchTemplateName: block.name("launch-template", `${needs.service}-${slot}`),
      LaunchTemplateData: {
        InstanceType: needs.instanceType,
        ImageId: `resolve:ssm:${needs.ami}`,
        IamInstanceProfile: { Name: ref(needs.profile) },
        SecurityGroupIds: [needs.groupId],
        MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 1 },
        Monitoring: { Enabled: true },
        BlockDeviceMappings: [
          {
            DeviceName: "/dev/xvda",
            Ebs: {
              VolumeType: "gp3",
              VolumeSize: needs.volume.size,
              Encrypted: true,
              KmsKeyId: needs.volume.keyArn,
              DeleteOnTermination: true,
            },
          },
        ],
        TagSpecifications: [{ ResourceType: "volume", Tags: site.tags }],
        UserData: needs.userData,
      },
    },
    { proves: ["B02"] },
  );
}
