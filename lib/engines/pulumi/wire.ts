import { createHmac } from "node:crypto";

// How Pulumi marks values that are no plain JSON when a program registers a resource (@pulumi/pulumi, runtime/rpc.ts).
const mark = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const outputMark = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceMark = "5cf8f73096256a8f31e491e813e4eb8e";
const assetMarks = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value as Pulumi sends what a provider says is secret. */
export const asSecret = (value: unknown): object => ({ [mark]: secretMark, value });

/** What a captured value is found to hold besides itself. */
export interface Found {
  /** Paths of secrets, such as `environment[0].value`. */
  readonly secrets: string[];
  /** URNs of resources that it comes from. */
  readonly from: Set<string>;
  /** Signs what is masked. */
  readonly key: string;
  /** What is masked in a form that does not change when something else is made before. */
  stable(value: unknown): unknown;
}

type Wire = Readonly<Record<string, unknown>>;
const isWire = (value: unknown): value is Wire => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A value as it was sent, as plain data: secrets are masked by an HMAC, so that a change shows and the value does not; what is not known before a
 * deployment reads `{ $unknown: true }`, a resource `{ $resource: urn }` and an asset `{ $asset: … }`.
 */
export function plain(value: unknown, path: string, found: Found): unknown {
  if (value === unknownValue) return { $unknown: true };
  if (Array.isArray(value)) return value.map((one, at) => plain(one, `${path}[${at}]`, found));
  if (!isWire(value)) return value;
  const kind = value[mark];
  if (kind === secretMark) return masked(value.value, path, found);
  if (kind === outputMark) return output(value, path, found);
  if (kind === resourceMark) {
    found.from.add(String(value.urn));
    return { $resource: value.urn };
  }
  if (assetMarks.includes(String(kind))) {
    const { [mark]: _kind, ...asset } = value;
    return { $asset: asset };
  }
  const inner = (name: string): unknown => plain(value[name], path === "" ? name : `${path}.${name}`, found);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inner(name)]),
  );
}

function output(value: Wire, path: string, found: Found): unknown {
  for (const urn of Array.isArray(value.dependencies) ? value.dependencies : []) found.from.add(String(urn));
  if (value.secret === true) return masked(value.value, path, found);
  return value.value === undefined ? { $unknown: true } : plain(value.value, path, found);
}

function masked(value: unknown, path: string, { secrets, key, stable }: Found): unknown {
  secrets.push(path);
  return {
    $secret: createHmac("sha256", key)
      .update(JSON.stringify(stable(value)) ?? "")
      .digest("hex")
      .slice(0, 16),
  };
}
