import { KMSClient } from "@aws-sdk/client-kms";
import { RDSClient } from "@aws-sdk/client-rds";
import { STSClient } from "@aws-sdk/client-sts";
import type { Snapshots } from "../../ports/snapshots.ts";
import { refuseOtherAccount } from "./account.ts";
import { inTime } from "./in-time.ts";
import { takenOn } from "./role.ts";
import { awsSnapshots } from "./snapshots.ts";

/** Whose snapshots they are, and who asks for them. */
interface Owner {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Taken on by whoever is of another account. */
  readonly roleArn?: string;
}

/** The snapshots of an account and region, until they are closed. */
export interface OpenSnapshots {
  readonly snapshots: Snapshots;
  close(): void;
}

/** With the credentials that AWS's SDK finds in its environment, or those of the role. Throws where they are of another account. */
export async function openSnapshots({ environment, account, region, roleArn }: Owner): Promise<OpenSnapshots> {
  const signed = { ...(roleArn !== undefined && { credentials: takenOn(roleArn, region, "sluice-snapshots") }) };
  const rds = new RDSClient({ ...inTime(region), ...signed });
  const kms = new KMSClient({ ...inTime(region), ...signed });
  const sts = new STSClient({ ...inTime(region), ...signed });
  const close = (): void => {
    for (const client of [rds, kms, sts]) client.destroy();
  };
  try {
    await refuseOtherAccount(sts, account, environment);
    return { snapshots: awsSnapshots({ rds, kms }), close };
  } catch (error) {
    close();
    throw error;
  }
}
