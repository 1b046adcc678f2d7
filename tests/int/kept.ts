import { DescribeRepositoriesCommand, GetLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Secrets: encrypted with a key, and those that are to rotate do (A10, C19). */
export function secrets(stacks: readonly Stack[], clients: In<"secrets">): Promise<Found> {
  const things = told(stacks, /SecretArn$/).map((one) => ({ called: `${one.stack.name} ${one.output}`, ...one }));
  return eachOf(things, "no stack has a secret", async ({ stack, output, value }) => {
    const found = await clients(stack.region).secrets.send(new DescribeSecretCommand({ SecretId: value }));
    // The accounts that take turns are renewed with the secret that names one of them.
    const rotates = /^(Master|App)SecretArn$/.test(output);
    return [
      ...unless(found.DeletedDate === undefined, "is being deleted"),
      ...unless(found.KmsKeyId !== undefined, "is not encrypted with a key of the account"),
      ...unless(!rotates || found.RotationEnabled, "is never rotated"),
      ...unless(!rotates || found.LastRotatedDate !== undefined, "was never rotated: what it was made with is still good"),
    ];
  });
}

/** Registries: what is pushed is scanned, encrypted, never overwritten and thrown away some day (A14). */
export function registries(stacks: readonly Stack[], clients: In<"ecr">): Promise<Found> {
  const things = told(stacks, /^RegistryName$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a registry", async ({ stack, value }) => {
    const { ecr } = clients(stack.region);
    const { repositories: [found] = [] } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [value] }));
    const policy = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: value })).catch((error: Error) => error);
    return [
      ...unless(found?.imageScanningConfiguration?.scanOnPush, "does not scan what is pushed"),
      ...unless(found?.imageTagMutability?.startsWith("IMMUTABLE"), "lets a tag be moved to another image"),
      ...unless(found?.encryptionConfiguration?.encryptionType?.startsWith("KMS"), "is not encrypted with a key of the account"),
      ...unless(!(policy instanceof Error), `throws nothing away: ${policy instanceof Error ? policy.name : ""}`),
    ];
  });
}
