const noted = new WeakMap<object, { readonly stack?: string }>();

let noting = false;

/** Plans, and notes which line adds each resource, for `sourceOf`: half as much again of a plan's time, so only for who asks. */
export function notingSources<T>(plan: () => T): T {
  noting = true;
  try {
    return plan();
  } finally {
    noting = false;
  }
}

/** Notes which line adds a resource, the one that called `adds`, while lines are noted. It is written out only where somebody asks. */
export function noteSource(resource: object, adds: (...args: never[]) => unknown): void {
  if (!noting) return;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const note: { readonly stack?: string } = {};
  Error.captureStackTrace(note, adds);
  Error.stackTraceLimit = stackTraceLimit;
  noted.set(resource, note);
}

/** The file and the line of a block that added a resource, `file:///…/network.ts:41`; undefined for one that no block made, or while no lines were noted. */
export function sourceOf(resource: object): string | undefined {
  const [, frame = ""] = noted.get(resource)?.stack?.split("\n") ?? [];
  return lineIn(frame);
}

/** The file and the line of one frame of a stack, with or without the name of a function. */
export function lineIn(frame: string): string | undefined {
  const [, file, line] = /(?:\(|at )((?:file:\/\/)?(?:\/|[A-Za-z]:\\).*):(\d+):\d+\)?$/.exec(frame) ?? [];
  if (file === undefined) return undefined;
  return `${file.startsWith("file:") ? file : `file://${file}`}:${line}`;
}
