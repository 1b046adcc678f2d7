import { errorCodes, UserError } from "../base/errors.ts";
import { userErrorLines } from "./failure.ts";
import { paintFor } from "./paint.ts";

/** Work that the second Ctrl-C leaves where it is: the same command goes on. */
export function killable<T>(work: Promise<T>, kill: AbortSignal): Promise<T> {
  const killed = new Promise<never>((_, reject) => {
    const stop = () =>
      reject(
        new UserError("release/stopped", "stopped at once, with everything where it was", "run the same command again, which goes on"),
      );
    if (kill.aborted) stop();
    kill.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, killed]);
}

/**
 * Ends the process if it was killed, with `last` in between for whoever has to write the end: the work, which waits for AWS, would go on here
 * though nobody wants it any more.
 */
export async function endKilled(kill: AbortSignal, last: () => Promise<void>): Promise<void> {
  await last();
  if (kill.aborted) process.exit(errorCodes["release/stopped"].exit);
}

/** What is said of it to people, since the process ends before anybody else can. */
export const killedText = (error: UserError): string => userErrorLines(error, paintFor(process.stderr)).join("\n");
