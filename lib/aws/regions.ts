import data from "./regions.data.json" with { type: "json" };

/**
 * A region of AWS that Sluice knows. The table is dated: region and partition names are those of the AWS SDK's partitions file, the
 * codes are the prefixes of AWS's own zone ids ("AWS Availability Zones", AWS Regions and Availability Zones guide).
 */
export type Region = keyof typeof data.regions;

/** Regions whose ARNs and accounts know no others: AWS's own, China's, and those of the US government. */
export type Partition = "aws" | "aws-cn" | "aws-us-gov";

interface RegionFacts {
  /** The start of AWS's zone ids: use1 of use1-az1. */
  readonly code: string;
  readonly partition: Partition;
  /** The letters of the zones. In the oldest regions an account may see other letters; `doctor` asks the account. */
  readonly zones: readonly string[];
}

/** Every region of the table, in its order. */
export const regions: readonly Region[] = Object.keys(data.regions).filter(isRegion);

/** The certificate and the web ACL of a CloudFront distribution exist only here (CloudFront and AWS WAF Developer Guides). */
export const globalRegion: Region = "us-east-1";

/** Whether the table has a region of this name; one that AWS opened since is not in it. */
export function isRegion(text: string): text is Region {
  return Object.hasOwn(data.regions, text);
}

/** What the table says of a region. Throws where it names a partition that is none of ours. */
export function factsOf(region: Region): RegionFacts {
  const { code, partition, zones } = data.regions[region];
  if (!isPartition(partition)) throw new Error(`regions.data.json: ${region} is in an unknown partition: ${partition}`);
  return { code, partition, zones };
}

/** What the ARNs of a region begin with, after `arn:`. */
export function partitionOf(region: Region): Partition {
  return factsOf(region).partition;
}

/** The names of the first zones of a region. Throws when the region has fewer: nothing may be built over zones that do not exist. */
export function zoneNames(region: Region, count: number): readonly string[] {
  const { zones } = factsOf(region);
  if (!Number.isInteger(count) || count < 1 || count > zones.length)
    throw new RangeError(`${region} has ${zones.length} zones; asked for ${count}`);
  return zones.slice(0, count).map((letter) => `${region}${letter}`);
}

/** What the names of a region's endpoints and service principals end with. */
export function dnsSuffix(region: Region): string {
  return partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/** Each partition has a console of its own, which knows only its own accounts. */
const consoles: Readonly<Record<Partition, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** Where people see a region in the console, without a path. */
export const consoleOf = (region: Region): string => `https://${region}.${consoles[partitionOf(region)]}`;

/** Whether an ARN's second part is a partition that we know; AWS has more, for governments, whose regions the table leaves out. */
export function isPartition(text: string): text is Partition {
  return text === "aws" || text === "aws-cn" || text === "aws-us-gov";
}
