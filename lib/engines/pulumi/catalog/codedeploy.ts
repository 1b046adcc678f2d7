import { entry } from "../entry.ts";

export const application = entry("AWS::CodeDeploy::Application", "aws:codedeploy/application:Application", {
  ref: "name",
});

export const deploymentConfig = entry("AWS::CodeDeploy::DeploymentConfig", "aws:codedeploy/deploymentConfig:DeploymentConfig", {
  ref: "deploymentConfigName",
  fields: {
    TrafficRoutingConfig: {
      to: "trafficRoutingConfig",
      in: {
        TimeBasedCanary: { to: "timeBasedCanary", in: { CanaryInterval: "interval", CanaryPercentage: "percentage" } },
        TimeBasedLinear: { to: "timeBasedLinear", in: { LinearInterval: "interval", LinearPercentage: "percentage" } },
      },
    },
  },
});

export const deploymentGroup = entry("AWS::CodeDeploy::DeploymentGroup", "aws:codedeploy/deploymentGroup:DeploymentGroup", {
  ref: "deploymentGroupName",
  fields: {
    ApplicationName: "appName",
    BlueGreenDeploymentConfiguration: {
      to: "blueGreenDeploymentConfig",
    },
    LoadBalancerInfo: {
      to: "loadBalancerInfo",
      in: {
        TargetGroupPairInfoList: { to: "targetGroupPairInfo" },
        ElbInfoList: { to: "elbInfos" },
        TargetGroupInfoList: { to: "targetGroupInfos" },
      },
    },
    AlarmConfiguration: { to: "alarmConfiguration", in: { Alarms: { to: "alarms", pluck: "Name" } } },
  },
  none: {
    Deployment: "starts a deployment when the stack is made; a release does that",
    Ec2TagSet: "a release deploys to groups, and not to machines with a tag",
    OnPremisesTagSet: "a release deploys to groups, and not to machines with a tag",
  },
});
