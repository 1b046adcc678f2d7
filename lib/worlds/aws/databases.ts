import { type DBInstance, DescribeDBInstancesCommand, type RDSClient } from "@aws-sdk/client-rds";
import { UserError } from "../../base/errors.ts";
import type { Duration } from "../../base/time.ts";
import type { Failed, Pending } from "../../ports/step-result.ts";

/** An instance of Amazon RDS by its identifier, or undefined where none has it. */
export async function databaseNamed(rds: RDSClient, id: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances: [found] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    return found;
  } catch (error) {
    if (error instanceof Error && error.name === "DBInstanceNotFoundFault") return undefined;
    throw error;
  }
}

/** Somebody deleted what the last deploy made. */
export const noDatabase = (id: string): UserError =>
  new UserError("world/changed", `there is no database ${id}`, "run sluice deploy, which makes it, while its source is well");

/** States in which a database answers and can be changed (Amazon RDS User Guide, "Viewing Amazon RDS DB instance status"). */
const changeable: readonly string[] = ["available", "storage-optimization"];

/** Whether it takes a change such as a promotion: none does while it is backed up (the same guide, "Promoting a read replica"). */
export const takesChanges = ({ DBInstanceStatus: status = "" }: DBInstance): boolean => changeable.includes(status);

/** Whether it answers. A database that was promoted is backed up at once, for as long as that takes, and answers meanwhile. */
export const serves = (found: DBInstance): boolean => takesChanges(found) || found.DBInstanceStatus === "backing-up";

/** States that last until a person does something (the same page). */
const stays = /^(stopped|failed|restore-error|storage-full|insufficient-capacity|inaccessible-.*|incompatible-.*)$/;

/** What becomes of a database that does not answer: it is waited for, or a person has to be told. */
export function notYet(id: string, { DBInstanceStatus: status = "" }: DBInstance, lookAgainIn: Duration): Pending | Failed {
  const because = `${id} is ${status}`;
  return stays.test(status) ? { is: "failed", because } : { is: "pending", lookAgainIn, because };
}

/** How RDS refuses what it has begun and does not tell yet: by the state or by the name of what it is about. */
const begunBefore =
  /^(InvalidDBInstanceState|DBInstanceAlreadyExists|DBInstanceNotFound|DBProxyTargetNotFound|DBProxyTargetAlreadyRegistered)/;

/** Begins what takes RDS its time. What it refuses in this way is waited for and told in its words, as it may be something that does not pass. */
export async function begun(because: string, lookAgainIn: Duration, work: () => Promise<unknown>): Promise<Pending> {
  try {
    await work();
    return { is: "pending", lookAgainIn, because };
  } catch (error) {
    if (!(error instanceof Error && begunBefore.test(error.name))) throw error;
    return { is: "pending", lookAgainIn, because: `${because}: ${error.message}` };
  }
}
