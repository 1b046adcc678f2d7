import { arnOf } from "../../aws/arns.ts";
import { allow, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Site } from "../stack.ts";
import { sub } from "../template.ts";

/** How a stage hands a version over to CodeDeploy, and what its role may do for that. */
export interface Deploy {
  readonly configuration: Readonly<Record<string, Value<string>>>;
  readonly statements: readonly Statement[];
}

/** The tasks of a service: each version is a new revision of the family. */
export interface TaskTarget {
  readonly taskFamily: string;
  /** The roles that ECS starts tasks with. */
  readonly taskRoleArns: readonly Value<string>[];
}

/** A service that CodeDeploy shifts: its application, deployment group and deployment configuration, by name. */
export interface CodeDeployTarget extends TaskTarget {
  readonly application: Value<string>;
  readonly group: Value<string>;
  readonly config: Value<string>;
}

/** The deploy of a service on ECS by CodeDeploy: this application, this group, this family of tasks with these roles. */
export function deployToEcs(site: Site, { application, group, config, ...tasks }: CodeDeployTarget): Deploy {
  const codedeploy = (resource: string, values: Readonly<Record<string, Value<string>>>): Value<string> =>
    sub(arnOf(site.region, "codedeploy", site.account, resource), values);
  return {
    configuration: { ApplicationName: application, DeploymentGroupName: group },
    statements: [
      allow({
        sid: "DeploysThisService",
        actions: [
          "codedeploy:CreateDeployment",
          "codedeploy:GetApplication",
          "codedeploy:GetApplicationRevision",
          "codedeploy:GetDeployment",
          "codedeploy:GetDeploymentConfig",
          "codedeploy:RegisterApplicationRevision",
        ],
        resources: [
          codedeploy("application:${Application}", { Application: application }),
          codedeploy("deploymentgroup:${Application}/${Group}", { Application: application, Group: group }),
          codedeploy("deploymentconfig:${Config}", { Config: config }),
        ],
      }),
      ...registersTasks(site, tasks),
    ],
  };
}

/** Whoever brings a version registers it with its tags, and hands the roles of its tasks on. */
export function registersTasks({ region, account }: Site, { taskFamily, taskRoleArns }: TaskTarget): readonly Statement[] {
  const revisions = arnOf(region, "ecs", account, `task-definition/${taskFamily}:*`);
  return [
    allow({ sid: "RegistersItsTasks", actions: "ecs:RegisterTaskDefinition", resources: revisions }),
    allow({
      sid: "TagsWhatItRegisters",
      actions: "ecs:TagResource",
      resources: revisions,
      conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    }),
    allow({
      sid: "StartsTasksWithTheirRoles",
      actions: "iam:PassRole",
      resources: taskRoleArns,
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    }),
  ];
}
