import { buildPlan } from "../../../lib/plan/build.ts";
import { nativeConfig } from "../../examples/d/native.ts";
import { isOf, resolve } from "../resolve.ts";
import { calls, type RoleTable } from "../roles.ts";
import { at, called, family, listeners, project, roleArn, service } from "./places.ts";
import { passesElsewhere, passesTaskRoles, readsArtifacts, runsBuildsOf, tables, writesArtifacts, writesLog } from "./tables.ts";

/** System D's production where ECS itself shifts the traffic, as AWS would have it. */
export const native = resolve(buildPlan(nativeConfig, "production"));

/** AWS chooses the ends of their names. */
const made = (type: "AWS::ElasticLoadBalancingV2::ListenerRule" | "AWS::ElasticLoadBalancingV2::TargetGroup"): readonly string[] =>
  native.plan.stacks.flatMap((stack) => stack.resources.filter(isOf(type)).map(({ id }) => native.of(stack.part, id)));
const rules = made("AWS::ElasticLoadBalancingV2::ListenerRule");
const targets = made("AWS::ElasticLoadBalancingV2::TargetGroup");

const deployment = at("ecs", `service-deployment/${called("cluster")}/${called("web")}/a1b2`);
const { "web-deploy": _byCodeDeploy, ...others } = tables;

/** For each role: as where CodeDeploy shifts, but for those of the shift and of the deploy. */
export const nativeTables: Readonly<Record<string, RoleTable>> = {
  ...others,
  "web-shift": {
    takenOnBy: "ecs.amazonaws.com",
    // Amazon ECS Developer Guide, Amazon ECS infrastructure IAM role for load balancers: no condition. Who gives the role to a service must be let pass it on.
    namesNoAccount: true,
    // AWS managed policy AmazonECSInfrastructureRolePolicyForLoadBalancers, without listeners: no rule here is one's default.
    must: [
      ...calls("*", [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ]),
      ...calls(targets, ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]),
      ...calls(rules, ["elasticloadbalancing:ModifyRule"]),
    ],
    never: [
      ...calls(rules, ["elasticloadbalancing:DeleteRule", "elasticloadbalancing:SetRulePriorities"]),
      ...calls(targets, ["elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:ModifyTargetGroup"]),
      ...calls(listeners, ["elasticloadbalancing:ModifyListener"]),
      ...calls(at("elasticloadbalancing", "listener-rule/app/other/0123456789abcdef/0123456789abcdef/0123456789abcdef"), [
        "elasticloadbalancing:ModifyRule",
      ]),
    ],
  },
  "deploys-build": {
    takenOnBy: "codebuild.amazonaws.com",
    // Amazon ECS API reference, RegisterTaskDefinition and UpdateService; Amazon ECS Developer Guide, "Permissions required for viewing Amazon
    // ECS service deployments". The calls are those of assets/buildspecs/deploy.yml.
    must: [
      ...writesLog("deploys"),
      ...readsArtifacts,
      ...calls(family, ["ecs:RegisterTaskDefinition"]),
      ...calls(family, ["ecs:TagResource"], { "ecs:CreateAction": "RegisterTaskDefinition" }),
      ...passesTaskRoles,
      ...calls(service, ["ecs:DescribeServiceDeployments", "ecs:ListServiceDeployments", "ecs:UpdateService"]),
      ...calls(deployment, ["ecs:DescribeServiceDeployments"]),
    ],
    never: [
      ...passesElsewhere,
      ...writesArtifacts,
      ...calls(roleArn("web-shift"), ["iam:PassRole"], { "iam:PassedToService": "ecs.amazonaws.com" }),
      ...calls(family, ["ecs:TagResource"], { "ecs:CreateAction": "RunTask" }),
      ...calls(at("ecs", `service/${called("cluster")}/other`), ["ecs:UpdateService"]),
      ...calls(at("ecs", `task-definition/${called("other")}:1`), ["ecs:RegisterTaskDefinition"]),
      ...calls(project("deploys"), ["codebuild:StartBuild"]),
    ],
  },
  "pipeline-deploy": runsBuildsOf("deploys"),
};
