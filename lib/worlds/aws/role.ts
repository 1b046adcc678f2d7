import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { asked } from "./failure.ts";
import { inTime } from "./in-time.ts";
import { withClient } from "./with-client.ts";

/** What AWS's SDK signs with; it asks for others shortly before these end. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Takes a role on with the credentials that AWS's SDK finds in its environment, as often as its client asks. */
export function takenOn(RoleArn: string, region: string, RoleSessionName: string): () => Promise<Credentials> {
  return () =>
    asked(`take on the role ${RoleArn}`, () =>
      withClient(new STSClient(inTime(region)), async (client) => {
        const { Credentials: given } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
        if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new Error(`AWS gave no credentials of ${RoleArn}`);
        return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
      }),
    );
}
