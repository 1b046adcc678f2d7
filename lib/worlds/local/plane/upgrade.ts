import http, { type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Slot } from "../../../base/outcome.ts";
import type { Route } from "./forward.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";

/** Only WebSockets are passed on as connections; whoever offers another protocol gets a plain answer. */
export const isWebSocket = (request: IncomingMessage): boolean => request.headers.upgrade?.toLowerCase() === "websocket";

/**
 * Connects a WebSocket with a healthy copy. It counts as a request when the copy answers the handshake, and as under way
 * until either side closes.
 */
export function upgrade(route: Route, slot: Slot, request: IncomingMessage, socket: Duplex, head: Buffer, began: number): void {
  const target = route.pick(slot, []);
  let counted = false;
  const count = (failed: boolean) => {
    if (!counted) route.record(slot, failed, performance.now() - began);
    counted = true;
  };
  if (!target) {
    count(true);
    socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    return;
  }
  target.inFlight++;
  const outgoing = http.request({
    host: target.host,
    port: target.port,
    path: request.url,
    method: request.method,
    headers: requestHeaders(request, "websocket"),
    agent: false,
  });
  socket.once("close", () => {
    target.inFlight--;
    outgoing.destroy();
  });
  socket.on("error", () => socket.destroy());
  outgoing.once("error", () => {
    count(!socket.destroyed);
    if (!socket.destroyed) socket.end("HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  outgoing.once("upgrade", (answer, upstream, rest) => {
    count(false);
    splice(socket, upstream, answer, slot, head, rest);
  });
  // The copy said no: a plain answer, such as 401, goes back as it is.
  outgoing.once("response", (answer) => {
    count((answer.statusCode ?? 500) >= 500);
    socket.write(answerHead(answer, slot, ["connection", "close"]));
    answer.pipe(socket);
  });
  outgoing.end();
}

function splice(socket: Duplex, upstream: Duplex, answer: IncomingMessage, slot: Slot, head: Buffer, rest: Buffer): void {
  socket.write(answerHead(answer, slot, ["connection", "upgrade", "upgrade", "websocket"]));
  if (rest.length > 0) socket.write(rest);
  if (head.length > 0) upstream.write(head);
  upstream.on("error", () => socket.destroy());
  upstream.once("close", () => socket.destroy());
  socket.once("close", () => upstream.destroy());
  upstream.pipe(socket);
  socket.pipe(upstream);
}

function answerHead(answer: IncomingMessage, slot: Slot, extra: readonly string[]): string {
  const headers = [...responseHeaders(answer.rawHeaders, slot), ...extra];
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1] ?? ""}\r\n`] : []));
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines.join("")}\r\n`;
}
