import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** How an app's requests are disturbed now. */
export interface Mischief {
  /** Share of requests that get a 500. */
  readonly failureRate: number;
  /** Milliseconds that every answer is held up. */
  readonly delay: number;
  /** Otherwise everything gets a 503, the health check too. */
  readonly healthy: boolean;
  readonly crashes: boolean;
  /** Whether the first copy finds its port taken. */
  readonly takesPort: boolean;
}

/** An app that nobody disturbs, as it is until a fault strikes. */
export const harmless: Mischief = { failureRate: 0, delay: 0, healthy: true, crashes: false, takesPort: false };

/** Says what the saboteurs that read this file do from now on; they see the old or the new file, never half of one. */
export function order(file: string, mischief: Mischief): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.next`, JSON.stringify(mischief), { mode: 0o600 });
  renameSync(`${file}.next`, file);
}
