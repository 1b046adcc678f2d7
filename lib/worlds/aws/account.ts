import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { UserError } from "../../base/errors.ts";
import { asked } from "./failure.ts";

/** Throws where the credentials are those of another account: what has the same name there would be moved. */
export async function refuseOtherAccount(client: STSClient, account: string, environment: string): Promise<void> {
  const { Account } = await asked("ask AWS whose credentials these are", () => client.send(new GetCallerIdentityCommand({})));
  if (Account === account) return;
  throw new UserError(
    "engine/no-credentials",
    `"${environment}" is in the account ${account}, and the credentials here are those of ${Account}`,
    "sign in to that account: aws sso login, or set AWS_PROFILE",
  );
}
