import { randomBytes } from "node:crypto";
import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { errorNumber, UserError } from "../../base/errors.ts";
import { type Clock, type Duration, duration, type Instant, instant, showDuration, systemClock } from "../../base/time.ts";
import { isAlive, type ProcessId, processId } from "../../machine/processes.ts";
import { fromJson, isNumber, isText, withFields } from "../../machine/read-back.ts";

/** What stands in a lock file. No two claims ever have the same token. */
interface Claim extends ProcessId {
  readonly host: string;
  readonly token: string;
}

const isClaim = withFields<Claim>({ pid: isNumber, started: isText, host: isText, token: isText });

interface Patience {
  readonly clock: Clock;
  readonly limit: Duration;
  readonly until: Instant;
}

/**
 * Runs an action while no other process or call on this machine runs one under the same file. Not re-entrant.
 * A holder that died is noticed at once; a living one is waited for until the limit, then this rejects with `release/held`.
 *
 * Why there is no race:
 * - A claim appears whole and only where none is, because `link` fails with EEXIST on an existing name and what it links was written before.
 * - A claim disappears by its holder, or, once its holder is dead, under the lock `file.token`. Whoever holds that one reads the claim again
 *   first; if it still has the token nobody else can remove it, so the unlink hits exactly the dead claim. Dead breakers are broken the same
 *   way, one level deeper, and each level needs another death.
 * - What dead processes left beside the file (guards, drafts) is swept by whoever holds the lock. A guard of another token than the current
 *   one protects nothing any more, as tokens never return; a draft that is swept while it is written is written again.
 */
export async function withLock<T>(
  file: string,
  action: () => Promise<T>,
  { clock = systemClock, limit = duration(10_000) }: { readonly clock?: Clock; readonly limit?: Duration } = {},
): Promise<T> {
  const token = await acquire(file, { clock, limit, until: instant(clock.now() + limit) });
  try {
    await sweep(file);
    return await action();
  } finally {
    await release(file, token);
  }
}

async function acquire(file: string, patience: Patience): Promise<string> {
  const mine: Claim = { ...processId(), host: hostname(), token: randomBytes(8).toString("hex") };
  for (;;) {
    const holder = await readClaim(file);
    if (!holder) {
      if (await put(file, mine)) return mine.token;
    } else if (isDead(holder)) {
      await breakClaim(file, holder.token, patience);
    } else if (patience.clock.now() >= patience.until) {
      throw held(file, holder, patience.limit);
    } else {
      await patience.clock.wait(duration(1 + Math.random() * 8));
    }
  }
}

async function release(file: string, token: string): Promise<void> {
  if ((await readClaim(file))?.token === token) await rm(file, { force: true });
}

async function breakClaim(file: string, token: string, patience: Patience): Promise<void> {
  const guard = `${file}.${token}`;
  const guarding = await acquire(guard, patience);
  try {
    await release(file, token);
  } finally {
    await release(guard, guarding);
  }
}

/** True if the claim stands now. */
async function put(file: string, claim: Claim): Promise<boolean> {
  const draft = `${file}.${claim.token}.new`;
  try {
    await writeFile(draft, JSON.stringify(claim), { mode: 0o600 });
    await link(draft, file);
    return true;
  } catch (error) {
    // EEXIST: somebody was first. ENOENT: a holder swept the draft before it was whole.
    if (errorNumber(error) === "EEXIST" || (errorNumber(error) === "ENOENT" && (await exists(path.dirname(file))))) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

/** A claim is linked whole, so one that cannot be read was left by a crash of the machine: nobody holds it. */
async function readClaim(file: string): Promise<Claim | undefined> {
  try {
    return fromJson(await readFile(file, "utf8"), isClaim) ?? { pid: 0, started: "", host: hostname(), token: "damaged" };
  } catch (error) {
    if (errorNumber(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** On another host (a container, a network folder) pids say nothing: such a holder counts as alive. */
const isDead = (claim: Claim): boolean => claim.host === hostname() && !isAlive(claim);

async function sweep(file: string): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${path.basename(file)}.`)) continue;
    const claim = await readClaim(path.join(folder, name));
    if (claim && isDead(claim)) await rm(path.join(folder, name), { force: true });
  }
}

function held(file: string, holder: Claim, limit: Duration): UserError {
  return new UserError(
    "release/held",
    `${file} was held for over ${showDuration(limit)} by process ${holder.pid} on ${holder.host}`,
    holder.host === hostname()
      ? `wait for process ${holder.pid} to end; if it hangs: kill ${holder.pid}`
      : `if nothing of Sluice runs on ${holder.host} any more, remove the file`,
  );
}
