import type { Config } from "../config/config.ts";
import { nothingReleased } from "../plan/blocks/parameter.ts";
import { physicalName } from "../plan/physical-name.ts";
import { isA } from "../plan/template.ts";
import type { Part } from "../ports/account.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Step } from "./doctor-step.ts";
import { becameOf, type Deployed } from "./doctor-values.ts";

type Stack = EnvironmentMap["stacks"][number];

/** What to do about something that is gone. */
export type HowToGoOn = Pick<Step, "hint" | "run">;

/** How a part of a stack comes back that somebody deleted by hand. */
export function goOnWithout({ of, name }: Part, deployed: Deployed, stack: Stack, engine: Config["engine"]): HowToGoOn {
  if (of === "table") return restored(stack.region, name);
  if (of === "parameter") return written(name, deployed, stack);
  return engine === "cdk" ? byCloudFormation(stack) : byPulumi(deployed.plan.environment);
}

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

/** A deploy writes what a parameter begins with, which of a slot is not what it runs: instances that start would find nothing to run. */
function written(name: string, deployed: Deployed, stack: Stack): HowToGoOn {
  const { region } = stack;
  const planned = deployed.plan.stacks.find((one) => one.name === stack.name);
  const made = planned?.resources.find((one) => isA(one, "AWS::SSM::Parameter") && physicalName(one) === name);
  const value = planned && made && becameOf(deployed, planned, Reflect.get(made.properties, "Value"));
  const put = (what: string): string => `aws ssm put-parameter --region ${region} --type String --name ${name} --value ${what}`;
  if (value !== undefined && value !== nothingReleased) return { hint: "no instance starts without it", run: [put(value)] };
  // Fleets of instances are in one region.
  const bucket = deployed.map.stacks.find(({ outputs }) => outputs.ReleasesBucketName !== undefined)?.outputs.ReleasesBucketName;
  return {
    hint: `no instance starts without it; VALUE is the archive that the slot runs, as s3://BUCKET/KEY, or ${nothingReleased} for the slot that rests`,
    run: [`sluice status ${deployed.plan.environment}`, `aws s3 ls --recursive s3://${bucket ?? "BUCKET"}/released/`, put("VALUE")],
  };
}

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
  hint: "a deploy makes it anew once Pulumi's state has forgotten it, which a refresh in the folder of a Pulumi.yaml with the project's name brings about; what releases move (weights, numbers of copies) begins as at the first deploy, and the next release says how callers come to the slot that is live",
  run: [`pulumi refresh --stack ${environment}`, `sluice deploy ${environment}`],
});
