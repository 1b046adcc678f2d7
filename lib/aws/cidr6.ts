const bits = 128n;

/**
 * One of the equal blocks in a block of IPv6 addresses, as CloudFormation's `Fn::Cidr` counts them: `2600:1f14:abc:de00::/56` has 256 of
 * /64. Undefined for what is no such block, or has not that many. `prefix` is that of the parts.
 */
export function partOf(block: string, at: number, prefix: number): string | undefined {
  const [address = "", length = ""] = block.split("/");
  const groups = groupsOf(address);
  const room = prefix - Number(length);
  if (!groups || !/^\d{1,3}$/.test(length) || room < 0 || at < 0 || BigInt(at) >= 1n << BigInt(room)) return undefined;
  const first = groups.reduce((sum, group) => sum * 65_536n + BigInt(group), 0n);
  return `${toText(first + (BigInt(at) << (bits - BigInt(prefix))))}/${prefix}`;
}

/** The eight groups of an address, with the zeros that `::` leaves out. */
function groupsOf(address: string): readonly number[] | undefined {
  const [before = "", after, ...more] = address.split("::");
  const read = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  const [head, tail] = [read(before), read(after ?? "")];
  const missing = 8 - head.length - tail.length;
  if (more.length > 0 || missing < 0 || (after === undefined && missing > 0)) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

/** As AWS writes addresses: the longest run of zeros left out, or the first of them (RFC 5952). */
function toText(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((address >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const runs = groups.map((_, at) => {
    const end = groups.slice(at).findIndex((group) => group !== "0");
    return { at, length: end < 0 ? 8 - at : end };
  });
  const [longest = { at: 0, length: 0 }] = runs.toSorted((one, other) => other.length - one.length);
  if (longest.length < 2) return groups.join(":");
  return `${groups.slice(0, longest.at).join(":")}::${groups.slice(longest.at + longest.length).join(":")}`;
}
