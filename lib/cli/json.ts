import type { Event } from "../base/events.ts";
import type { Output } from "./output.ts";

/** One event as one line; its type comes first. */
export function jsonLine(event: Event): string {
  return JSON.stringify({ ...event, type: event.type });
}

/** A view that prints nothing but one event per line. */
export function jsonView(output: Output): { tell: (event: Event) => void } {
  return { tell: (event) => output.write([jsonLine(event)]) };
}
