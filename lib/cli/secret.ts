import { checkSecrets, fixFor, loadSecrets, type SecretView, secretsNamed, setSecret } from "../actions/secret.ts";
import { type Asked, openTarget } from "../actions/target.ts";
import { UserError } from "../base/errors.ts";
import { exitCodes } from "../base/outcome.ts";
import { type Instant, systemClock } from "../base/time.ts";
import { printData } from "./output.ts";
import { type Paint, paintFor } from "./paint.ts";
import { askHidden, canAsk, readPipe } from "./question.ts";
import { aligned } from "./tables.ts";

interface SecretRequest extends Asked {
  /** Where it stands in the configuration, such as `dockerHub.token`. */
  readonly name?: string;
}

/** `sluice secret check`: which secrets are kept, and since when. Ends with 12 while one is missing. */
export async function showSecrets({ name, json, ...asked }: SecretRequest & { readonly json: boolean }): Promise<number> {
  const target = await openTarget(asked);
  const views = await checkSecrets(target, loadSecrets, name);
  const missing = views.filter(({ is }) => is === "missing");
  if (json) await printData([JSON.stringify({ environment: asked.environment, secrets: views })]);
  else if (views.length === 0) process.stderr.write(`"${asked.environment}" needs no secrets\n`);
  else await printData(secretTable(views, systemClock.now(), paintFor(process.stdout)));
  if (missing.length === 0) return 0;
  process.stderr.write(`fix: ${fixFor(asked.environment, missing)}\n`);
  return exitCodes.blocked;
}

/** A line for each place in which a value must be. */
function secretTable(views: readonly SecretView[], now: Instant, paint: Paint): readonly string[] {
  const rows = views.map((view) => [
    view.is === "there" ? paint("good", "there") : paint("bad", "missing"),
    view.name,
    view.where,
    view.region,
    view.is === "there" ? `written ${age(now - view.since)}` : view.because,
  ]);
  return aligned([["", "secret", "kept as", "region", ""], ...rows]);
}

function age(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (hours < 1) return "in the last hour";
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`;
}

/** `sluice secret set`: reads a value from stdin, or asks for it without showing it, and writes it. The value is in no argument and no output. */
export async function writeSecret({ name, key, ...asked }: SecretRequest & { readonly key?: string }): Promise<number> {
  if (process.stdin.isTTY && !canAsk()) {
    throw new UserError(
      "usage/invalid",
      "what is typed here would be shown, because the question cannot be: stderr is no terminal",
      "leave stderr on the terminal, or give the value on stdin",
    );
  }
  const target = await openTarget(asked);
  const secrets = secretsNamed(target, name);
  if (secrets.length === 0) {
    process.stderr.write(`"${asked.environment}" needs no secrets\n`);
    return 0;
  }
  if (!canAsk() && secrets.length > 1) {
    throw new UserError(
      "usage/invalid",
      "one value is read from stdin, and the environment needs several secrets",
      `name the secret: ${secrets.map((secret) => `sluice secret set ${asked.environment} ${secret.name}`).join(", or ")}`,
    );
  }
  for (const secret of secrets) {
    const value = canAsk() ? await askHidden(`${secret.name} of ${asked.environment} (not shown): `) : await readPipe();
    if (value === undefined) {
      process.stderr.write(`nothing was written for ${secret.name}\n`);
      return exitCodes.aborted;
    }
    const places = await setSecret(secret, loadSecrets, { value, ...(key !== undefined && { key }) });
    for (const { where, region } of places) process.stdout.write(`wrote ${secret.name} to ${where} in ${region}\n`);
  }
  process.stderr.write(`next: sluice secret check ${asked.environment}\n`);
  return 0;
}
