/** Why a command stopped before it was done: the time limit, or somebody's wish. */
export type Cut = "time limit" | "stopped";

/** Runs `work` and calls `end` when the limit (milliseconds) has passed or the signal aborts; says which, if one did. */
export async function withLimit<T>(
  limit: number,
  signal: AbortSignal | undefined,
  end: () => void,
  work: Promise<T>,
): Promise<{ readonly value: T; readonly cut?: Cut }> {
  let cut: Cut | undefined;
  const stop = (why: Cut) => {
    cut ??= why;
    end();
  };
  const stopped = () => stop("stopped");
  const timer = setTimeout(() => stop("time limit"), limit);
  signal?.addEventListener("abort", stopped, { once: true });
  if (signal?.aborted) stopped();
  try {
    const value = await work;
    return { value, ...(cut && { cut }) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stopped);
  }
}
