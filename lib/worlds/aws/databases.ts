import { type DBInstance, DescribeDBInstancesCommand, type RDSClient } from "@aws-sdk/client-rds";
import { UserError } from "../../base/errors.ts";

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

/** Whether a state lasts until a person does something. */
export const stays = (status: string): boolean =>
  /^(stopped|failed|restore-error|storage-full|insufficient-capacity|inaccessible-.*|incompatible-.*)$/.test(status);
