import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { type Slot, type Weight, weight } from "../../../base/outcome.ts";
import type { MeterGroup } from "../../../ports/meter.ts";
import { forward, type Route } from "./forward.ts";
import { answerBadly } from "./known-bad.ts";
import { pickTarget, slotWheel, type Target, type Weights } from "./pick.ts";
import { isWebSocket, upgrade } from "./upgrade.ts";

/** Where the balancer listens. */
export type Ports = Readonly<Record<"router" | MeterGroup, number>>;

/** Splits requests between slots by weight, and within a slot between its copies. */
export interface Balancer {
  readonly ports: Ports;
  weights(): Weights;
  /** Gives the slot this share and the other slot the rest. The next request already follows it. */
  give(slot: Slot, share: Weight): void;
  /** A new copy, not yet healthy. */
  add(slot: Slot, host: string, port: number): Target;
  /** Sends the copy nothing new, waits until its last request ended (or the limit passed), and closes its connections. */
  retire(target: Target, limit: number): Promise<void>;
  inFlight(slot: Slot): number;
  /** Until it is called requests wait: a plane that comes back has its weights before its apps are up. */
  open(): void;
  /** Stops listening. Requests under way go on. */
  close(): void;
}

function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", backlog: 2_048 }, () => resolve((server.address() as AddressInfo).port));
  });
}

function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): http.Server {
  return http.createServer(
    { optimizeEmptyRequests: true, keepAliveTimeout: 65_000, requestTimeout: 0, shouldUpgradeCallback: isWebSocket },
    answer,
  );
}

/** Listens on the ports (0 takes any free one) and counts every request with `record` when it ends. */
export async function startBalancer(
  ports: Ports,
  weights: Weights,
  record: (group: MeterGroup, failed: boolean, milliseconds: number) => void,
): Promise<Balancer> {
  const targets: Record<Slot, Target[]> = { blue: [], green: [] };
  const turns: Record<Slot, number> = { blue: 0, green: 0 };
  const wheel = slotWheel();
  let now = weights;
  const gate = Promise.withResolvers<void>();
  let isOpen = false;
  const whenOpen = (go: () => void) => (isOpen ? go() : void gate.promise.then(go));

  const route: Route = {
    record,
    pick: (slot, tried) => pickTarget(targets[slot], turns[slot]++, tried, performance.now()),
  };
  const server = (slotOf: () => Slot) =>
    serve((request, response) => whenOpen(() => forward(route, slotOf(), request, response, performance.now()))).on(
      "upgrade",
      (request, socket, head) => whenOpen(() => upgrade(route, slotOf(), request, socket, head, performance.now())),
    );
  const servers = {
    router: server(() => wheel.next(now)),
    blue: server(() => "blue"),
    green: server(() => "green"),
    "known-bad": serve((request, response) => answerBadly(request, response, (failed, ms) => record("known-bad", failed, ms))),
  };
  const listening: Ports = {
    router: await listen(servers.router, ports.router),
    blue: await listen(servers.blue, ports.blue),
    green: await listen(servers.green, ports.green),
    "known-bad": await listen(servers["known-bad"], ports["known-bad"]),
  };

  return {
    ports: listening,
    weights: () => now,
    give(slot, share) {
      now = slot === "blue" ? { blue: share, green: weight(100 - share) } : { blue: weight(100 - share), green: share };
      wheel.reset();
    },
    add(slot, host, port) {
      const target = connectTo(slot, host, port);
      targets[slot].push(target);
      return target;
    },
    async retire(target, limit) {
      target.draining = true;
      const until = performance.now() + limit;
      while (target.inFlight > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
      targets[target.slot] = targets[target.slot].filter((other) => other !== target);
      await (target.inFlight > 0 ? target.pool.destroy() : target.pool.close());
    },
    inFlight: (slot) => targets[slot].reduce((sum, target) => sum + target.inFlight, 0),
    open() {
      isOpen = true;
      gate.resolve();
    },
    close() {
      for (const one of Object.values(servers)) one.close().closeIdleConnections();
    },
  };
}

function connectTo(slot: Slot, host: string, port: number): Target {
  const pool = new Pool(`http://${host.includes(":") ? `[${host}]` : host}:${port}`, {
    connections: 128,
    pipelining: 1,
    connectTimeout: 1_000,
    headersTimeout: 60_000,
    bodyTimeout: 0,
  });
  return { slot, host, port, pool, inFlight: 0, healthy: false, draining: false, ejectedUntil: 0 };
}
