import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { Slot } from "../../../base/outcome.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import type { Target } from "./pick.ts";

/** What forwarding needs from the balancer. */
export interface Route {
  pick(slot: Slot, tried: readonly Target[]): Target | undefined;
  /** Called once for every request, when it ends. */
  record(slot: Slot, failed: boolean, milliseconds: number): void;
}

/** One request on its way. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly slot: Slot;
  /** Of `performance.now()`, when it arrived. */
  readonly began: number;
  readonly headers: string[];
  readonly hasBody: boolean;
  readonly tried: Target[];
  controller: Dispatcher.DispatchController | undefined;
  callerGone: boolean;
  ended: boolean;
}

const attempts = 3;
const onePiece = 16_384;
const ejection = 500;
const neverConnected = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT", "EHOSTUNREACH", "EADDRNOTAVAIL"]);
const connectionLost = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
const idempotent = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

/** Hands a request to a healthy copy in the slot and streams the answer back. */
export function forward(route: Route, slot: Slot, request: IncomingMessage, response: ServerResponse, began: number): void {
  const exchange: Exchange = {
    request,
    response,
    slot,
    began,
    headers: requestHeaders(request),
    hasBody: request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined,
    tried: [],
    controller: undefined,
    callerGone: false,
    ended: false,
  };
  // Without this a caller that hangs up leaves its request counted as under way, and a drain waits for it in vain.
  response.once("close", () => {
    if (exchange.ended) return;
    exchange.callerGone = true;
    exchange.controller?.abort(new Error("the caller hung up"));
  });
  attempt(route, exchange);
}

function attempt(route: Route, exchange: Exchange): void {
  const { request, headers, hasBody, tried } = exchange;
  const target = route.pick(exchange.slot, tried);
  if (!target) {
    refuse(route, exchange, 503, "no healthy copy");
    return;
  }
  tried.push(target);
  target.inFlight++;
  target.pool.dispatch(
    { path: request.url ?? "/", method: request.method ?? "GET", headers, body: hasBody ? request : null },
    relay(route, exchange, target),
  );
}

function relay(route: Route, exchange: Exchange, target: Target): Dispatcher.DispatchHandler {
  const { response, slot } = exchange;
  let failed = false;
  let length = -1;
  return {
    onRequestStart(controller) {
      exchange.controller = controller;
      if (exchange.callerGone) controller.abort(new Error("the caller hung up"));
    },
    onResponseStart(controller, status, headers) {
      if (status < 200) return;
      failed = status >= 500;
      length = Number(headers["content-length"] ?? -1);
      response.sendDate = false;
      response.writeHead(status, responseHeaders(Array.isArray(controller.rawHeaders) ? controller.rawHeaders : [], slot));
      // An event stream has nothing to send yet, and its caller waits for the head.
      if (headers["content-length"] === undefined) response.flushHeaders();
    },
    onResponseData(controller, chunk) {
      // A small body that came in one piece goes out as text with its head, in one write to the socket: a sixth less CPU a request.
      if (chunk.length === length && length <= onePiece) {
        response.end(chunk.toString("latin1"), "latin1");
        return;
      }
      if (response.write(chunk) || exchange.callerGone) return;
      controller.pause();
      response.once("drain", () => controller.resume());
    },
    onResponseEnd() {
      target.inFlight--;
      end(route, exchange, failed);
      response.end();
    },
    onResponseError(_controller, error) {
      target.inFlight--;
      broken(route, exchange, target, error);
    },
  };
}

/** Tries another copy where that is safe, else tells the caller. */
function broken(route: Route, exchange: Exchange, target: Target, error: Error): void {
  const { request, response, hasBody, tried } = exchange;
  if (exchange.callerGone) {
    end(route, exchange, false);
    return;
  }
  const code = "code" in error ? String(error.code) : error.message;
  const unsent = neverConnected.has(code);
  if (unsent) target.ejectedUntil = performance.now() + ejection;
  if (response.headersSent) {
    end(route, exchange, true);
    response.destroy();
    return;
  }
  // Before a connection nothing was sent, so anything may go elsewhere; after it only what does the same when done twice.
  const repeatable = unsent
    ? !hasBody || !request.readableDidRead
    : connectionLost.has(code) && !hasBody && idempotent.has(request.method ?? "");
  if (repeatable && tried.length < attempts) attempt(route, exchange);
  else refuse(route, exchange, code === "UND_ERR_HEADERS_TIMEOUT" ? 504 : 502, `no answer: ${code}`);
}

function refuse(route: Route, exchange: Exchange, status: number, why: string): void {
  const { request, response, slot } = exchange;
  end(route, exchange, true);
  // What is left of the request's body would be read as the next request.
  const headers = { "content-type": "text/plain", "x-sluice-slot": slot, ...(exchange.hasBody ? { connection: "close" } : {}) };
  response.writeHead(status, headers).end(`${slot}: ${why}\n`);
  request.resume();
}

function end(route: Route, exchange: Exchange, failed: boolean): void {
  if (exchange.ended) return;
  exchange.ended = true;
  route.record(exchange.slot, failed, performance.now() - exchange.began);
}
