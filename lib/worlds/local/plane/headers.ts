import type { IncomingMessage } from "node:http";

/** Headers that belong to one connection and not to the message, RFC 9110 section 7.6.1. */
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"];
/** Headers that the balancer writes itself. */
const ours = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-sluice-slot"];
const dropped = new Set([...hopByHop, ...ours]);

/** Lower-casing every name costs more than all the rest: only names as long as a dropped one are looked at. */
const lengths = [...dropped].reduce<boolean[]>((seen, name) => {
  seen[name.length] = true;
  return seen;
}, []);

/** Names that a `Connection` header lists are hop-by-hop too. */
function listed(connection: string | undefined): readonly string[] {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return [];
  return connection.split(",").map((name) => name.trim().toLowerCase());
}

/** What goes on to the app: everything that is not hop-by-hop, and who asked for what. `upgrade` keeps a WebSocket's own two headers. */
export function requestHeaders(request: IncomingMessage, upgrade?: string): string[] {
  const raw = request.rawHeaders;
  const extra = listed(request.headers.connection);
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? "";
    if (lengths[name.length] && dropped.has(name.toLowerCase())) continue;
    if (extra.length > 0 && extra.includes(name.toLowerCase())) continue;
    kept.push(name, raw[at + 1] ?? "");
  }
  const before = request.headers["x-forwarded-for"];
  const caller = request.socket.remoteAddress ?? "";
  kept.push("x-forwarded-for", before === undefined ? caller : `${before}, ${caller}`, "x-forwarded-proto", "http");
  kept.push("x-forwarded-host", request.headers.host ?? "");
  if (upgrade !== undefined) kept.push("connection", "upgrade", "upgrade", upgrade);
  return kept;
}

/** What goes back to the caller: everything that is not hop-by-hop, and which slot answered. */
export function responseHeaders(raw: readonly (Buffer | string)[], slot: string): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = text(raw[at]);
    if (lengths[name.length] && dropped.has(name.toLowerCase())) continue;
    kept.push(name, text(raw[at + 1]));
  }
  kept.push("x-sluice-slot", slot);
  return kept;
}

const text = (part: Buffer | string | undefined): string => (typeof part === "object" ? part.toString("latin1") : (part ?? ""));
