import { slotHeader } from "../../plan/blocks/weighted-entry.ts";
import type { MeterGroup } from "../../ports/meter.ts";

/** Where tests come in: a listener of the load balancer beside that of the callers. */
export interface Entrance {
  /** The name that its certificate is for. */
  readonly domain: string;
  readonly port: number;
  /** What the load balancer itself is called: the domain may lead elsewhere, such as to CloudFront. */
  readonly balancer: string;
  readonly protocol: "http" | "https";
}

/** A base URL in our own manner: the slot is its fragment, which goes into no request, and whoever asks says it by the header. */
export function testAddress({ protocol, domain, port }: Entrance, slot: MeterGroup): string {
  return `${protocol}://${domain}:${port}/#${slot}`;
}

/** What an address of `testAddress` stands for. */
export function readAddress(address: string): { readonly origin: string; readonly headers: Readonly<Record<string, string>> } {
  const { origin, hash } = new URL(address);
  return { origin, headers: hash === "" ? {} : { [slotHeader]: hash.slice(1) } };
}
