import type { Config } from "../config/config.ts";
import type { Part } from "../ports/account.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Step } from "./doctor-step.ts";

type Stack = EnvironmentMap["stacks"][number];

/**
 * A step for each part that a release acts on, for somebody can have deleted it by hand, which no deploy sees. They are asked about by the names and
 * ARNs of the map, a call each, which takes `dynamodb:DescribeTable`, `ecs:DescribeServices`, `autoscaling:DescribeAutoScalingGroups`,
 * `codedeploy:GetDeploymentGroup` and `elasticloadbalancing:Describe*`.
 */
export function partSteps(map: EnvironmentMap, engine: Config["engine"]): readonly Step[] {
  return map.stacks.flatMap((stack) => partsOf(map, stack).map((part) => stepOf(map, stack, part, engine)));
}

function partsOf(map: EnvironmentMap, stack: Stack): readonly Part[] {
  const base = map.stacks.find(({ part, region }) => part === "base" && region === stack.region)?.outputs;
  // That of a service which exists stands beside it.
  const { DeployApplication: application = "", ClusterName: cluster = base?.ClusterName ?? "" } = stack.outputs;
  return Object.entries(stack.outputs).flatMap(([output, name]): readonly Part[] => {
    switch (output.replace(/^(Blue|Green|Production|Test)/, "")) {
      case "LedgerTable":
      case "RecoveryTable":
        return [{ of: "table", name }];
      case "ServiceName":
        return [{ of: "service", cluster, name }];
      case "FleetName":
        return [{ of: "fleet", name }];
      case "TargetGroupArn":
        return [{ of: "target group", name }];
      case "SplitRuleArn":
        return [{ of: "rule", name }];
      case "ListenerArn":
        return [{ of: "listener", name }];
      case "DeployGroup":
        return [{ of: "deployment group", application, name }];
      default:
        return [];
    }
  });
}

function stepOf({ environment }: EnvironmentMap, stack: Stack, part: Part, engine: Config["engine"]): Step {
  const { name, account, region } = stack;
  return {
    id: `${part.of} ${part.name} ${region}`,
    what: `the ${part.of} ${part.name} of ${name} is there, as the last deploy left it`,
    question: { kind: "part", region, account, ...part },
    ...(part.of === "table" ? restored(region, part.name) : engine === "cdk" ? byCloudFormation(stack) : byPulumi(environment)),
  };
}

type HowToGoOn = Pick<Step, "hint" | "run">;

/**
 * Amazon DynamoDB Developer Guide, "Enable point-in-time recovery in DynamoDB": a table that had it leaves a backup of AWS's own for 35 days. What is
 * restored has neither that protection nor the other settings that no backup holds.
 */
const restored = (region: string, table: string): HowToGoOn => ({
  hint: "AWS kept a backup of it when it was deleted, for 35 days: under the same name everything finds it again; let nobody release before it is back",
  run: [
    `aws dynamodb restore-table-from-backup --region ${region} --target-table-name ${table} --backup-arn $(aws dynamodb list-backups --region ${region} --table-name ${table} --backup-type SYSTEM --query "BackupSummaries[-1].BackupArn" --output text)`,
    `aws dynamodb wait table-exists --region ${region} --table-name ${table}`,
    `aws dynamodb update-continuous-backups --region ${region} --table-name ${table} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
  ],
});

/** AWS CloudFormation User Guide, "Using drift-aware change sets": others compare templates alone, and find nothing to do. */
const byCloudFormation = ({ name, region }: Stack): HowToGoOn => {
  const set = `--region ${region} --stack-name ${name} --change-set-name revert-drift`;
  return {
    hint: "a deploy whose template has not changed makes nothing anew; a change set that reverts drift does, and would also put back what releases moved (weights, numbers of copies): read it before it is executed, and release again after",
    run: [
      `aws cloudformation create-change-set ${set} --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM`,
      `aws cloudformation describe-change-set ${set}`,
      `aws cloudformation execute-change-set ${set}`,
    ],
  };
};

/** Pulumi documentation, "pulumi refresh": until then the state has what is gone, and an update finds nothing to do. */
const byPulumi = (environment: string): HowToGoOn => ({
  hint: "a deploy makes it anew once Pulumi's state has forgotten it, which a refresh in the folder of a Pulumi.yaml with the project's name brings about",
  run: [`pulumi refresh --stack ${environment}`, `sluice deploy ${environment}`],
});
