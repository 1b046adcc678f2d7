import type { Event } from "../base/events.ts";
import type { Output } from "./output.ts";

/** One event as one line; its type comes first. */
export function jsonLine(event: Event): string {
  const { type, ...rest } = event;
  return JSON.stringify({ type, ...rest });
}

/** A view that prints nothing but one event per line. */
export function jsonView(output: Output): { tell: (event: Event) => void } {
  return { tell: (event) => output.write([jsonLine(event)]) };
}
