import { DescribeKeyCommand, GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, type Told, told } from "./outputs.ts";

const idOf = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** Keys: there, ours, and renewed every year; one that regions share is in each of them (B13, C16). */
export function keys(stacks: readonly Stack[], clients: In<"kms">): Promise<Found> {
  const all = told(stacks, /KeyArn$/);
  const things = all.map((one) => ({ called: `${one.stack.name} ${one.output}`, ...one }));
  return eachOf(things, "no stack has a key", async (key) => {
    const { kms } = clients(key.stack.region);
    const { KeyMetadata: found } = await kms.send(new DescribeKeyCommand({ KeyId: key.value }));
    const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key.value }));
    const { ReplicaKeys = [], PrimaryKey } = found?.MultiRegionConfiguration ?? {};
    const regions = [PrimaryKey, ...ReplicaKeys].map((one) => one?.Region);
    return [
      ...unless(found?.Enabled, `is ${found?.KeyState}, not enabled`),
      ...unless(found?.KeyManager === "CUSTOMER", "is AWS's, and not of the account"),
      ...unless(KeyRotationEnabled, "is never renewed"),
      ...sharing(key, all).flatMap(({ stack: { region } }) => unless(regions.includes(region), `is not in ${region}`)),
    ];
  });
}

/** A key of several regions has one id in all of them (AWS KMS Developer Guide, "Multi-Region keys in AWS KMS"). */
const sharing = (key: Told, all: readonly Told[]): readonly Told[] =>
  idOf(key.value).startsWith("mrk-") ? all.filter(({ output, value }) => output === key.output && idOf(value) === idOf(key.value)) : [];
