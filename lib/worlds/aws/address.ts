import { slotHeader } from "../../plan/blocks/weighted-entry.ts";
import { type MeterGroup, meterGroups } from "../../ports/meter.ts";

/** Where tests come in: a listener beside that of the callers, or where each slot has a load balancer of its own, that of the callers. */
export interface Entrance {
  /** The name that its certificate is for. */
  readonly domain: string;
  readonly port: number;
  /** What the load balancers themselves are called: the domain may lead elsewhere, such as to CloudFront or to the other slot. */
  readonly balancers: Readonly<Record<MeterGroup, string>>;
  readonly protocol: "http" | "https";
}

/** A base URL in our own manner: the slot is its fragment, which goes into no request, and whoever asks says it by the header. */
export function testAddress({ protocol, domain, port }: Entrance, slot: MeterGroup): string {
  return `${protocol}://${domain}:${port}/#${slot}`;
}

/** What an address of `testAddress` stands for: whom to ask for what. */
export function readAddress(
  { balancers }: Entrance,
  address: string,
): { readonly origin: string; readonly balancer: string; readonly headers: Readonly<Record<string, string>> } {
  const { origin, hash } = new URL(address);
  const slot = meterGroups.find((group) => hash === `#${group}`);
  if (slot === undefined) throw new Error(`${address} is no address of a slot`);
  return { origin, balancer: balancers[slot], headers: { [slotHeader]: slot } };
}
