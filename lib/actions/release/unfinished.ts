import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { type Release, readEnvironment } from "../../release/state.ts";

/** What is asked for by whoever may mean a release that has not ended. */
interface Wanted {
  readonly config: Pick<Config, "services">;
  readonly environment: string;
  readonly service: string;
  readonly version?: string;
}

/** The service of a release, whose plan names it where there is more than one to choose from. */
const serviceIn = ({ services: [first] }: Wanted["config"], { sealed: { plan } }: Release): string => plan.spread?.service ?? first.name;

/** The service whose release has not ended. */
export async function serviceLeft(config: Wanted["config"], ledger: Ledger): Promise<string | undefined> {
  const { release } = await readEnvironment(ledger);
  return release && !release.ended ? serviceIn(config, release) : undefined;
}

/**
 * Whoever asks for another version must not take its end for that of theirs. Only what was sealed is looked at: the way back must not need the
 * candidate, which somebody may have deleted because it is bad.
 */
export function refuseOtherVersion({ config, environment, service, version }: Wanted, release: Release): void {
  const of = serviceIn(config, release);
  const { version: sealed, digest } = release.sealed.plan.candidate.artifact;
  if (of === service && (version === undefined || version === sealed || version === `sha256:${digest}`)) return;
  const several = config.services.length > 1;
  const [named, option] = several ? [` of ${of}`, ` --service ${of}`] : ["", ""];
  throw new UserError(
    "release/unfinished",
    `${release.id} has not ended, which releases ${sealed}${named}, not ${version ?? "a version"}${several ? ` of ${service}` : ""}`,
    `go on with it: sluice release ${environment}${option}, or put everything back first: sluice rollback ${environment}`,
  );
}

/** The version that a new release was asked for. Throws where none was named: only what was left unfinished has one of its own. */
export function versionNamed({ environment, version }: Pick<Wanted, "environment" | "version">): string {
  if (version !== undefined) return version;
  throw new UserError(
    "usage/invalid",
    `"${environment}" has no release that was left unfinished, and a new one needs a version`,
    `say which: sluice release ${environment} --version VERSION`,
  );
}
