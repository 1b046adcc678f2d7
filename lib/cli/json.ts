import type { Output } from "./output.ts";

/** As much of an event as a line needs to know. */
interface Typed {
  readonly type: string;
}

/** One event as one line; its type comes first. */
export function jsonLine(event: Typed): string {
  const { type, ...rest } = event;
  return JSON.stringify({ type, ...rest });
}

/** A view that prints nothing but one event per line. */
export function jsonView(output: Output): { tell: (event: Typed) => void } {
  return { tell: (event) => output.write([jsonLine(event)]) };
}
