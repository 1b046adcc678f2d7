import type { Carried } from "../../release/recovery/run.ts";
import type { RecoveryPlaces } from "../../worlds/aws/recovery-place.ts";

/** What a person has to do after a recovery, because nothing here can or may. */
export function leftAfter(end: Carried, { environment, primary, recovery, rotated }: RecoveryPlaces): readonly string[] {
  const { plan, ended, steps } = end.recovery;
  if (end.is === "stuck") return [`correct the cause and run again: sluice ${plan.kind} ${environment}`];
  if (ended?.outcome !== "moved") return [];
  const verified = steps.some(({ step, is }) => step === "verify" && is === "done");
  const [gone, here] = plan.kind === "failback" ? [recovery, primary] : [primary, recovery];
  return [
    ...(plan.lost
      ? [
          `before ${gone.region} is used again: stop what still runs there, and keep what its database ${gone.databaseId} took after it was lost`,
        ]
      : []),
    `${gone.databaseId} in ${gone.region} is no copy of ${here.databaseId} in ${here.region}: make it one, or there is nowhere to move to`,
    ...(plan.kind === "failover" ? rotated.map((arn) => notRotated(arn, primary.region)) : []),
    ...(verified ? [] : ["nobody asked from outside"]),
  ];
}

/** It would give the secret a password that only the old database knows. */
const notRotated = (arn: string, region: string): string =>
  `before the next rotation: aws secretsmanager cancel-rotate-secret --region ${region} --secret-id ${arn}; after a failback: rotate-secret`;
