import type { AwsEvent, ResourceProgress } from "../actions/aws-events.ts";
import { type Instant, showDuration } from "../base/time.ts";
import { countWords } from "./changes-text.ts";
import { offset } from "./plain.ts";

/** One event of an action on AWS as plain lines, with the time since the first. */
export function awsLines(event: AwsEvent, start: Instant): readonly string[] {
  return offset(event.at - start, said(event));
}

function said(event: AwsEvent): readonly string[] {
  switch (event.type) {
    case "note":
      return [event.text];
    case "stack":
      return [`${event.stack}: ${event.is}`];
    case "resource":
      return [`${event.stack}: ${resourceWords(event)}`];
    case "changes":
      return [`changes: ${countWords(event.stacks)}`, ...event.stacks.map((stack) => `  ${stack.stack}: ${countWords([stack])}`)];
    case "error":
      return [`error: ${event.message} (${event.code})`, ...event.details.map((line) => `  ${line}`), `fix: ${event.fix}`];
    case "outcome":
      return [`ended: ${event.outcome} after ${showDuration(event.ms)}`];
  }
}

/** What AWS does to one resource, with AWS's reason. */
export function resourceWords({ does, is, id, of, because }: ResourceProgress): string {
  return `${does} ${id} (${of}): ${is}${because === "" ? "" : `, ${because}`}`;
}
