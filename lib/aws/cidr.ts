/** A block of IPv4 addresses: its first address as a number, and how many leading bits are fixed. */
export interface Block {
  readonly first: number;
  readonly prefix: number;
}

/** Reads `10.0.0.0/16`; the problem is a sentence. */
export function parseCidr(text: string): { readonly block: Block } | { readonly problem: string } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return { problem: `"${text}" is no block of addresses, such as 10.0.0.0/16` };
  const [, ...numbers] = match;
  const prefix = Number(numbers.pop());
  if (numbers.some((part) => Number(part) > 255)) return { problem: `"${text}" has a part over 255` };
  if (numbers.some((part) => part !== String(Number(part)))) return { problem: `"${text}" has a part with a zero in front` };
  if (prefix > 32) return { problem: `a block's prefix is at most 32, not ${prefix}` };
  const address = numbers.reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = address - (address % sizeOf(prefix));
  if (first !== address) return { problem: `"${text}" starts inside its block: write ${toText({ first, prefix })}` };
  return { block: { first, prefix } };
}

/** A block as AWS writes it, such as `10.0.0.0/16`; `parseCidr` reads it back. */
export function toText({ first, prefix }: Block): string {
  return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".")}/${prefix}`;
}

/** Why a block cannot be that of a VPC or subnet (Amazon VPC User Guide, "VPC CIDR blocks": from /28 to /16). */
export function vpcProblem(block: Block): string | undefined {
  return block.prefix >= 16 && block.prefix <= 28 ? undefined : `AWS takes blocks from /16 to /28, not /${block.prefix}`;
}

/** How many addresses a block of this prefix has. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** Whether two blocks share an address: networks that do can never be joined. */
export function overlaps(a: Block, b: Block): boolean {
  return a.first < endOf(b) && b.first < endOf(a);
}

/** Whether every address of the inner block is one of the outer; a block contains itself. */
export function contains(outer: Block, inner: Block): boolean {
  return inner.first >= outer.first && endOf(inner) <= endOf(outer);
}

/** All the blocks of a longer prefix in a block, in order. */
export function split(block: Block, prefix: number): readonly Block[] {
  if (!Number.isInteger(prefix) || prefix < block.prefix || prefix > 32)
    throw new RangeError(`/${block.prefix} cannot be split into blocks of /${prefix}`);
  return Array.from({ length: sizeOf(block.prefix) / sizeOf(prefix) }, (_, at) => ({ first: block.first + at * sizeOf(prefix), prefix }));
}

const endOf = ({ first, prefix }: Block): number => first + sizeOf(prefix);
