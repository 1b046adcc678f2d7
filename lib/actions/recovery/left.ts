import type { Config } from "../../config/config.ts";
import { keptAs, type RecoveryPlan } from "../../release/recovery/plan.ts";
import type { Carried } from "../../release/recovery/run.ts";
import type { CopiedBucket } from "../../worlds/aws/recovery-looks.ts";
import type { RecoveryPlaces } from "../../worlds/aws/recovery-place.ts";
import { keptName } from "../../worlds/aws/replica-anew.ts";
import { exchangesId } from "./pulumi-ids.ts";

/** What a person has to do after a recovery, because nothing here can or may. */
export function leftAfter(end: Carried, places: RecoveryPlaces, engine: Config["engine"]): readonly string[] {
  const { environment, primary, recovery, rotated } = places;
  const { plan, ended, steps } = end.recovery;
  if (end.is === "stuck") return [`correct the cause and run again: sluice ${plan.kind} ${environment}`];
  if (ended?.outcome === "follows") return leftOfReplica(plan, places, engine);
  if (ended?.outcome !== "moved") return [];
  const verified = steps.some(({ step, is }) => step === "verify" && is === "done");
  const [gone, here] = plan.kind === "failback" ? [recovery, primary] : [primary, recovery];
  return [
    ...(plan.lost
      ? [
          `what still runs in ${gone.region} takes no callers, and may write to its database ${gone.databaseId}: sluice replicate ${environment} stops it, and keeps that database under another name`,
        ]
      : []),
    `${gone.databaseId} in ${gone.region} is no copy of ${here.databaseId} in ${here.region}, so there is nowhere to move to: sluice replicate ${environment}`,
    ...(plan.kind === "failover" ? places.buckets.map(notBack) : []),
    ...(plan.kind === "failover" ? rotated.map((arn) => notRotated(arn, primary.region)) : []),
    ...(verified ? [] : ["nobody asked from outside"]),
  ];
}

/**
 * What was put aside costs money, and only a person knows whether anybody needs what it has. Its copies first: RDS takes no last snapshot of those, and
 * deletes nothing that is protected (Amazon RDS API reference, DeleteDBInstance; User Guide, "Deletion protection").
 */
function leftOfReplica(plan: RecoveryPlan, places: RecoveryPlaces, engine: Config["engine"]): readonly string[] {
  const { primary, recovery } = places;
  const { databaseId, readers, region } = plan.to === primary.region ? primary : recovery;
  return [...readers, databaseId].flatMap((id) => {
    const kept = keptName(id, keptAs(plan));
    const rds = (verb: string) => `aws rds ${verb} --region ${region} --db-instance-identifier ${kept}`;
    const deleted =
      id === databaseId
        ? `${rds("modify-db-instance")} --no-deletion-protection, then ${rds("delete-db-instance")} --final-db-snapshot-identifier ${kept}`
        : `${rds("delete-db-instance")} --skip-final-snapshot`;
    // It reads the id of what was put aside, so it comes before that is deleted.
    const exchanged = exchangesId({ environment: plan.environment, region, id, kept });
    return [
      ...(engine === "pulumi"
        ? [
            `before the next deploy or refresh, where Pulumi's project is, as its state knows ${id} by an id that went with ${kept}: ${exchanged}`,
          ]
        : []),
      `where ${kept} is there, and nobody needs what it has: ${deleted}`,
    ];
  });
}

/** Buckets are copied from the primary region and never back. */
const notBack = ({ name, copyArn }: CopiedBucket): string => {
  const copy = copyArn.replace(/^.*:/, "");
  return `what is put into ${copy} is not copied back: before a failback aws s3 sync s3://${copy} s3://${name}`;
};

/** It would give the secret a password that only the old database knows. */
const notRotated = (arn: string, region: string): string =>
  `before the next rotation: aws secretsmanager cancel-rotate-secret --region ${region} --secret-id ${arn}; after a failback: rotate-secret`;
