import type { IncomingMessage, ServerResponse } from "node:http";

const longest = 60_000;

/**
 * The address where everything is known to be bad: it answers 500 after the milliseconds in `x-sluice-delay`. A gate that
 * cannot see this one is blind.
 */
export function answerBadly(
  request: IncomingMessage,
  response: ServerResponse,
  record: (failed: boolean, milliseconds: number) => void,
): void {
  const began = performance.now();
  const delay = Number(request.headers["x-sluice-delay"] ?? 0);
  request.resume();
  const answer = () => {
    record(true, performance.now() - began);
    response.writeHead(500, { "content-type": "text/plain", "x-sluice-slot": "known-bad" }).end("known to be bad\n");
  };
  const timer = setTimeout(answer, delay > 0 ? Math.min(delay, longest) : 0);
  response.once("close", () => clearTimeout(timer));
}
