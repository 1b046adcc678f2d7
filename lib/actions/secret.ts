import { UserError } from "../base/errors.ts";
import type { Kept, SecretReference, SecretStore } from "../ports/secrets.ts";
import { installed } from "./installed.ts";
import { type NamedSecret, secretsOf } from "./secrets-of.ts";
import type { Target } from "./target.ts";

/** Whether the value of a secret is kept in one place. */
export type SecretView = { readonly name: string } & SecretReference & Kept;

/** The optional packages that Parameter Store and Secrets Manager need. */
export const secretPackages = ["@aws-sdk/client-ssm", "@aws-sdk/client-secrets-manager"];

/** Loads what talks to Parameter Store and Secrets Manager. */
export async function loadSecrets(): Promise<SecretStore> {
  return await installed("keeping secrets", secretPackages, async () => {
    const { awsSecrets } = await import("../worlds/aws/secrets.ts");
    return awsSecrets();
  });
}

/** Looks at each secret that the environment names, or the one that is asked for. Changes nothing. */
export async function checkSecrets(target: Target, store: () => Promise<SecretStore>, name?: string): Promise<readonly SecretView[]> {
  const wanted = secretsNamed(target, name);
  if (wanted.length === 0) return [];
  const { check } = await store();
  return await Promise.all(
    wanted.flatMap((secret) =>
      secret.references.map(async (reference) => ({ name: secret.name, ...reference, ...(await check(reference)) })),
    ),
  );
}

/** Throws while a secret that the environment needs is missing: a deploy would end with a pipeline that cannot build (D07). */
export async function refuseMissing(target: Target, store: () => Promise<SecretStore>): Promise<void> {
  const missing = (await checkSecrets(target, store)).filter(({ is }) => is === "missing");
  if (missing.length === 0) return;
  throw new UserError(
    "secret/missing",
    `"${target.plan.environment}" is not deployed, because ${missing.length === 1 ? "a secret is" : "secrets are"} missing`,
    fixFor(target.plan.environment, missing),
    missing.map(missingLine),
  );
}

/** One line about a secret that is not there. */
function missingLine(view: SecretView): string {
  return `${view.name}: ${view.where} in ${view.region} of ${view.account}${view.is === "missing" ? `: ${view.because}` : ""}`;
}

/** The commands that write what is missing. */
export function fixFor(environment: string, missing: readonly SecretView[]): string {
  const names = [...new Set(missing.map(({ name }) => name))];
  return `write ${names.length === 1 ? "it" : "them"} with: ${names.map((name) => `sluice secret set ${environment} ${name}`).join(" and ")}`;
}

/**
 * Writes a value in every place where the environment needs it, and returns those. Safe to repeat, also when it failed half-way: then some
 * places have the new value and some the old. Sluice never reads the old one; to go back, write it again, from Secrets Manager's version
 * AWSPREVIOUS or the history of the parameter (AWS Secrets Manager API reference, PutSecretValue; AWS Systems Manager User Guide, "Working
 * with parameter versions in Parameter Store").
 */
export async function setSecret(
  secret: NamedSecret,
  store: () => Promise<SecretStore>,
  { value, key }: { readonly value: string; readonly key?: string },
): Promise<readonly SecretReference[]> {
  if (value === "") throw new UserError("usage/invalid", `the value of ${secret.name} is empty`, "give it on stdin, or type it when asked");
  const { set } = await store();
  for (const reference of secret.references) await set(reference, value, key);
  return secret.references;
}

/** The secrets that an environment names, or the one that was asked for. Throws for a name that the configuration does not have. */
export function secretsNamed({ config, plan }: Target, name?: string): readonly NamedSecret[] {
  const all = secretsOf(config, plan);
  if (name === undefined) return all;
  const found = all.find((one) => one.name === name);
  if (found) return [found];
  const known = all.map((one) => one.name).join(", ");
  throw new UserError(
    "usage/unknown",
    `the configuration names no secret "${name}"`,
    known === "" ? "it names none: delivery.dockerHub would" : `write one of: ${known}`,
  );
}
