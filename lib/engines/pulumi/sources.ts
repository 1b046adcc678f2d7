import { lineIn } from "../../plan/source.ts";

let planned: string | undefined;

/** Makes resources for a line of a plan, which is told of them instead of the line of ours that hands them to Pulumi. */
export function madeFor<T>(source: string | undefined, make: () => T): T {
  const before = planned;
  planned = source;
  try {
    return make();
  } finally {
    planned = before;
  }
}

const ours = new URL("../../", import.meta.url).href;

/** Where what is being made comes from: a line of a plan, else the line of the program that is running, below packages and ourselves. */
export function lineOfMaking(): string | undefined {
  if (planned !== undefined) return planned;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const { stack = "" } = new Error("here");
  Error.stackTraceLimit = stackTraceLimit;
  return lineOfProgram(stack);
}

/** The innermost line of a stack that is the program's own. */
export const lineOfProgram = (stack: string): string | undefined =>
  stack
    .split("\n")
    .slice(1)
    .filter((frame) => !/^\s*at async /.test(frame))
    .flatMap((frame) => lineIn(frame) ?? [])
    .find((line) => !line.includes("/node_modules/") && !line.startsWith(ours));
