import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import type { Duration } from "../../base/time.ts";
import { type Entrance, readAddress } from "./address.ts";

/** One request; `timeout` is for the whole of it, from the connection to the last byte. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly timeout: Duration;
}

/** What came back, whatever the status: a 500 is an answer. */
export interface Answered {
  readonly status: number;
  /** The last 300 characters. */
  readonly text: string;
}

/** Sends requests to addresses of `testAddress`. */
export interface Sender {
  /** Throws where there is no answer in time. */
  send(address: string, asked: Asked): Promise<Answered>;
  close(): void;
}

/**
 * Goes to the load balancer itself, whatever the domain leads to, and asks for the domain: the certificate must be right for it. Connections
 * are kept for the next request to the same load balancer.
 */
export function openSender(entrance: Entrance): Sender {
  const client = entrance.protocol === "https" ? https : http;
  const ways = new Map<string, Pick<https.RequestOptions, "lookup"> & { readonly agent: http.Agent }>();
  const wayTo = (balancer: string) => {
    const way = ways.get(balancer) ?? { lookup: lookingUp(balancer), agent: new client.Agent({ keepAlive: true }) };
    ways.set(balancer, way);
    return way;
  };
  return {
    send: (address, { method, path, headers, body, timeout }) =>
      new Promise((resolve, reject) => {
        const to = readAddress(entrance, address);
        const signal = AbortSignal.timeout(timeout);
        const request = client.request(to.origin + path, {
          method,
          ...wayTo(to.balancer),
          signal,
          headers: { ...headers, ...to.headers },
        });
        request.on("error", reject);
        request.on("response", (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text = (text + chunk).slice(-300);
          });
          response.on("error", reject);
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text: text.trim() }));
        });
        request.end(body);
      }),
    close: () => {
      for (const { agent } of ways.values()) agent.destroy();
    },
  };
}

/** Finds the addresses of the load balancer, whatever name is asked for. */
const lookingUp = (balancer: string): typeof dns.lookup =>
  Object.assign((_name: string, ...rest: unknown[]) => Reflect.apply(dns.lookup, dns, [balancer, ...rest]), {
    __promisify__: dns.lookup.__promisify__,
  });
