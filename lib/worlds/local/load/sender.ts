import { Agent } from "undici";
import { errorNumber } from "../../../base/errors.ts";
import type { RequestKind } from "../../../ports/traffic.ts";
import type { Answerer, Ending } from "./book.ts";

/** More than this many at once are not sent but counted as failed by `overload`. */
const mostInFlight = 2_000;
const timeout = 10_000;

interface Sender {
  /** Sends one request that was due at the given `performance.now()`, and reports its ending exactly once. */
  send(address: string, kind: RequestKind, due: number, report: (ending: Ending) => void): void;
  /** Drops what is under way. */
  close(): Promise<void>;
}

/** Sends requests over as many kept-alive connections as it takes, so that none waits behind another. */
export function openSender(): Sender {
  const agent = new Agent({ connections: null, pipelining: 1, connect: { timeout }, headersTimeout: timeout, bodyTimeout: timeout });
  let inFlight = 0;
  return {
    send(address, kind, due, report) {
      if (inFlight >= mostInFlight) return report({ answerer: "none", failure: "overload" });
      inFlight++;
      exchange(agent, address, kind, due, (ending) => {
        inFlight--;
        report(ending);
      });
    },
    close: () => agent.destroy(),
  };
}

function exchange(
  agent: Agent,
  address: string,
  { method, path, headers, body }: RequestKind,
  due: number,
  report: (ending: Ending) => void,
): void {
  let status = 0;
  let answerer: Answerer = "none";
  let open = true;
  let abort = (): void => {};
  const end = (failure: string | undefined, answered: boolean) => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    report({ answerer, ...(answered && { latency: performance.now() - due }), ...(failure !== undefined && { failure }) });
  };
  const timer = setTimeout(() => {
    end("timeout", false);
    abort();
  }, timeout);
  agent.dispatch(
    { origin: new URL(address).origin, method, path, headers: headers ?? {}, body: body ?? null },
    {
      onRequestStart(controller) {
        abort = () => controller.abort(new Error("timeout"));
        if (!open) abort();
      },
      onResponseStart(_controller, code, answered) {
        const slot = answered["x-sluice-slot"];
        status = code;
        answerer = slot === "blue" || slot === "green" ? slot : "none";
      },
      onResponseData() {},
      onResponseEnd: () => end(status >= 500 ? String(status) : undefined, true),
      onResponseError: (_controller, error) => end(failureOf(error), false),
    },
  );
}

/** undici has codes of its own for what system calls call by their names. */
function failureOf(error: Error): string {
  const code = errorNumber(error) ?? error.name;
  if (code === "UND_ERR_SOCKET") return "ECONNRESET";
  return /^UND_ERR_\w+_TIMEOUT$/.test(code) ? "timeout" : code;
}
