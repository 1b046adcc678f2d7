import * as pulumi from "@pulumi/pulumi";
import { arnOf } from "../../aws/arns.ts";
import { isRegion } from "../../aws/regions.ts";
import { UserError } from "../../base/errors.ts";
import { showPath, valueAt } from "../../config/problems.ts";

/** A text that stands in a plan for a value that is not known yet, and what of the value it stands for. */
interface Stand {
  readonly text: string;
  readonly of: (value: string) => string;
}

/** Which value it is, of four digits, and where the environment is, for ARNs. */
type Stands = (number: string, arnHere: (service: string, resource: string) => string) => readonly Stand[];

const whole = (text: string): readonly Stand[] => [{ text, of: (value) => value }];

/**
 * What of an environment another resource of the program may be asked for, with what stands there while the plan is made. It has to pass the
 * rules, and nothing in a plan but the value itself may follow from it.
 */
const places: readonly (readonly [at: RegExp, stands: Stands])[] = [
  [/^(existing\.balancer\.)?zone$/, (number) => whole(`ZSLUICE0LATER${number}`)],
  [/^certificate$/, (number, arnHere) => whole(arnHere("acm", `certificate/sluice-later-${number}`))],
  [/^link\.transitGateway$/, (number) => whole(`tgw-0f5ce1a7e0000${number}`)],
  [/^existing\.vpc\.id$/, (number) => whole(`vpc-0f5ce1a7e0000${number}`)],
  [/^existing\.vpc\.(public|private)Subnets\.\d+$/, (number) => whole(`subnet-0f5ce1a7e0000${number}`)],
  [/^existing\.vpc\.natAddresses\.\d+$/, (number) => whole(addressLike(number))],
  [/^existing\.(cluster\.securityGroups\.\d+|balancer\.securityGroup)$/, (number) => whole(`sg-0f5ce1a7e0000${number}`)],
  // The name, also of a value that is an ARN, as where it is written.
  [/^existing\.cluster\.name$/, (number) => [{ text: `sluice-later-${number}`, of: (value) => value.replace(/^arn:.*\//, "") }]],
  [/^existing\.balancer\.dnsName$/, (number) => whole(`sluice-later-${number}.invalid`)],
  [/^existing\.balancer\.arn$/, (number, arnHere) => balancer(`app/sluice-later-${number}/${number}`, arnHere)],
];

/** Of the block that is kept for tests of network devices (RFC 2544), which reaches nobody; all of one length, so that none begins another. */
const addressLike = (number: string): string => `198.18.${100 + Math.floor(Number(number) / 100)}.${100 + (Number(number) % 100)}`;

/** Metrics know it by the end of its ARN (Elastic Load Balancing user guide, "CloudWatch metrics for your Application Load Balancer"). */
const balancer = (name: string, arnHere: (service: string, resource: string) => string): readonly Stand[] => [
  { text: arnHere("elasticloadbalancing", `loadbalancer/${name}`), of: (value) => value },
  { text: name, of: (value) => value.replace(/^arn:.*:loadbalancer\//, "") },
];

/** A configuration of which the program that it stands in knows a part only once it runs. */
export interface Deferred {
  /** The same configuration as text and numbers, of which a plan can be made. */
  readonly config: unknown;
  /** A text of that plan, with the values themselves in it. */
  fill(text: string): pulumi.Input<string>;
}

/** Takes what is not known yet out of a configuration. Throws where a plan cannot be made without it, with all of these places. */
export function deferred(given: unknown): Deferred {
  const filled = new Map<string, pulumi.Output<string>>();
  const refused: string[] = [];
  // One value has one text, wherever it is given: rules compare.
  const numbers = new Map<unknown, number>();
  const plain = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (isLater(value)) {
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      const stands = standsAt(given, path, number);
      if (stands.length === 0) refused.push(showPath(path));
      for (const { text, of } of stands)
        filled.set(
          text,
          pulumi.all([value]).apply(([known]) => of(String(known))),
        );
      return stands[0]?.text;
    }
    if (Array.isArray(value)) return value.map((one, at) => plain(one, [...path, at]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, [...path, name])]));
  };
  const config = plain(given, []);
  if (refused.length > 0) throw tooLate(refused);
  return { config, fill: (text) => (filled.size === 0 ? text : filledIn(text, filled)) };
}

const isLater = (value: unknown): boolean => pulumi.Output.isInstance(value) || value instanceof Promise;

function standsAt(given: unknown, path: readonly (string | number)[], number: number): readonly Stand[] {
  const [section, name, ...rest] = path;
  if (section !== "environments" || name === undefined) return [];
  const [, stands] = places.find(([at]) => at.test(rest.join("."))) ?? [];
  const [account, region] = ["account", "regions"].map((key) => valueAt(given, [section, name, key]));
  const first = Array.isArray(region) ? region[0] : undefined;
  const arnHere = (service: string, resource: string): string =>
    typeof first === "string" && isRegion(first) ? arnOf(first, service, String(account), resource) : `arn:${service}:${resource}`;
  return stands?.(String(number).padStart(4, "0"), arnHere) ?? [];
}

const tooLate = (refused: readonly string[]): UserError =>
  new UserError(
    "config/invalid",
    `a plan cannot be made before the program knows ${refused.join(", ")}`,
    "write it as it is: outputs and promises are taken for zone, certificate, link.transitGateway and what existing says of network, cluster and load balancer",
  );

/** The longest first: the end of an ARN stands for itself too. */
function filledIn(text: string, filled: ReadonlyMap<string, pulumi.Output<string>>): pulumi.Input<string> {
  const texts = [...filled.keys()].filter((one) => text.includes(one)).sort((one, other) => other.length - one.length);
  if (texts.length === 0) return text;
  const parts = text.split(new RegExp(`(${texts.map((one) => one.replaceAll(".", "\\.")).join("|")})`));
  return pulumi.all(parts.map((part) => filled.get(part) ?? part)).apply((all) => all.join(""));
}
