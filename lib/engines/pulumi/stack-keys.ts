import { UserError } from "../../base/errors.ts";
import { findSecrets } from "../../base/secret-text.ts";
import { nearest } from "../../config/nearest.ts";

/** What `pulumi config` says of a stack: its keys, with their namespaces, and which of them are encrypted. */
export interface StackKeys {
  readonly project: string;
  /** Names in the project's own namespace that something reads. */
  readonly known: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly secret: readonly unknown[];
}

/** What the providers of the program take from the stack. They are one for each account, and read nothing else (Pulumi, "Explicit provider configuration"). */
const ofAws = ["assumeRoles", "region"];

const credentials = /^(accessKey|secretKey|token)$/;

/** Refuses what nothing reads and what must not stand there, all of it at once (A17, B16). */
export function refuseStrange(keys: StackKeys): void {
  const problems = Object.entries(keys.values).flatMap(([key, value]) => {
    const problem = problemOf(key, value, keys);
    return problem === undefined ? [] : [`${key}: ${problem}`];
  });
  if (problems.length === 0) return;
  throw new UserError(
    "usage/invalid",
    `the stack's configuration has mistakes:${problems.map((one) => `\n  ${one}`).join("")}`,
    "correct them with pulumi config set and pulumi config rm; docs/configuration.md lists what can be written",
  );
}

function problemOf(key: string, value: string, keys: StackKeys): string | undefined {
  const [namespace = "", ...rest] = key.split(":");
  const [name, { project, known, secret }] = [rest.join(":"), keys];
  if (!secret.includes(key) && findSecrets(`${name}: "${value}"`).length > 0) return exposed(key);
  if (namespace === "aws" && credentials.test(name)) return secret.includes(key) ? unread : exposed(key);
  // The CLI's own, such as `pulumi:tags`.
  if (namespace === "pulumi") return undefined;
  if (namespace === "aws") return ofAws.includes(name) ? undefined : (meant(name, "aws", ofAws) ?? unread);
  if (namespace !== project) return meant(name, project, known) ?? `nothing reads "${namespace}": write ${project}:<key>`;
  if (!known.includes(name)) return meant(name, project, known) ?? `write one of ${known.join(", ")}`;
  return secret.includes(key) ? open : undefined;
}

const meant = (name: string, namespace: string, known: readonly string[]): string | undefined => {
  const [close] = nearest(name, known);
  return close === undefined ? undefined : `did you mean ${namespace}:${close}?`;
};

const exposed = (key: string): string =>
  `a secret stands in clear in the stack's file: take it out (pulumi config rm ${key}), and make a new one, since whoever reads the repository has this one. ${elsewhere}`;

const elsewhere =
  "Credentials of AWS come from the environment (AWS_PROFILE, a role), and what the app must keep secret goes to Secrets Manager: sluice secret set";

const unread =
  "the program's providers do not read it: credentials come from the environment (AWS_PROFILE, a role), and a role to take on from aws:assumeRoles";

const open =
  "no key of the configuration is a secret, and it would be seen in the plan: set it without --secret, and put what must stay secret into Secrets Manager: sluice secret set";
