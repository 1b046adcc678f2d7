import { type Block, sizeOf, split, toText } from "../aws/cidr.ts";

/** The most zones of a network: what `ofZone` leaves room for. */
const mostZones = 6;

/** The block of a region: the environment's own for the first, then those after it, of the same size. */
export function ofRegion(cidr: Block, place: number): Block {
  return { first: cidr.first + place * sizeOf(cidr.prefix), prefix: cidr.prefix };
}

/**
 * Where the subnets of a zone lie in a network: six eighths of it are the private tier's, one each the other tiers', with room for six
 * zones, so that one more zone moves no subnet. A /16 gives private /19, public and isolated /22. Throws for a seventh zone.
 */
export function ofZone(cidr: Block, zone: number): { readonly public: string; readonly private: string; readonly isolated: string } {
  const eighths = split(cidr, cidr.prefix + 3);
  const [open, closed] = eighths.slice(mostZones).map((eighth) => split(eighth, cidr.prefix + 6)[zone]);
  const own = zone < mostZones ? eighths[zone] : undefined;
  if (!own || !open || !closed) throw new RangeError(`a network has ${mostZones} zones at most; asked for number ${zone + 1}`);
  return { public: toText(open), private: toText(own), isolated: toText(closed) };
}
