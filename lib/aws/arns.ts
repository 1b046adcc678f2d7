import { isPartition, isRegion, type Partition, partitionOf, type Region } from "./regions.ts";

/** The five parts of an ARN that say something (IAM User Guide, "Amazon Resource Names"). */
export interface Arn {
  readonly partition: Partition;
  readonly service: string;
  /** Empty for a service that is the same in all regions. */
  readonly region: Region | "";
  /** 12 digits, `aws` for AWS's own, or empty where the service leaves it out (S3). */
  readonly account: string;
  readonly resource: string;
}

/** The ARN of a resource in a region. */
export function arnOf(region: Region, service: string, account: string, resource: string): string {
  return toText({ partition: partitionOf(region), service, region, account, resource });
}

/** The ARN of a resource of a global service (IAM, CloudFront, Route 53); the region only tells the partition. */
export function globalArn(region: Region, service: string, account: string, resource: string): string {
  return toText({ partition: partitionOf(region), service, region: "", account, resource });
}

/** The ARN of a bucket, or of objects in it; S3 leaves region and account out. */
export function bucketArn(region: Region, bucket: string, objects?: string): string {
  return globalArn(region, "s3", "", objects === undefined ? bucket : `${bucket}/${objects}`);
}

/** An ARN as AWS writes it; `parseArn` reads it back. */
export function toText({ partition, service, region, account, resource }: Arn): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** Reads an ARN; the problem is a sentence that says which part is wrong. */
export function parseArn(text: string): { readonly arn: Arn } | { readonly problem: string } {
  const [prefix, partition, service, region, account, ...rest] = text.split(":");
  const resource = rest.join(":");
  if (prefix !== "arn") return { problem: 'an ARN starts with "arn:"' };
  if (partition === undefined || service === undefined || region === undefined || account === undefined || rest.length === 0)
    return {
      problem: `an ARN has six parts between colons, arn:partition:service:region:account:resource; this has ${text.split(":").length}`,
    };
  if (!isPartition(partition)) return { problem: `"${partition}" is no partition: aws, aws-cn or aws-us-gov` };
  if (!/^[a-z0-9-]+$/.test(service)) return { problem: `"${service}" is no service: lower-case letters, digits and hyphens` };
  if (region !== "" && !isRegion(region)) return { problem: `"${region}" is no region that Sluice knows` };
  if (region !== "" && partitionOf(region) !== partition) return { problem: `${region} is in ${partitionOf(region)}, not in ${partition}` };
  if (!/^([0-9]{12}|aws|)$/.test(account)) return { problem: `"${account}" is no account: 12 digits` };
  if (!/^[^\s]+$/.test(resource)) return { problem: resource === "" ? "the resource is missing" : "the resource has a space in it" };
  return { arn: { partition, service, region, account, resource } };
}

/** What a person may write for a resource: its name, or its ARN, which also says where it is. */
export interface Reference {
  readonly name: string;
  readonly account?: string;
  readonly region?: Region;
}

/** Takes the name of a resource, or its ARN (E02). Without a resource type the ARN's resource is the name itself, as for queues. */
export function nameOrArn(
  text: string,
  wanted: { readonly service: string; readonly resourceType?: string },
): Reference | { readonly problem: string } {
  if (!text.includes(":")) return text === "" || /\s/.test(text) ? { problem: "a name has no spaces and is not empty" } : { name: text };
  const parsed = parseArn(text);
  if ("problem" in parsed) return parsed;
  const { service, region, account, resource } = parsed.arn;
  if (service !== wanted.service) return { problem: `this is an ARN of ${service}, not of ${wanted.service}` };
  const name = nameIn(resource, wanted.resourceType);
  if (name === undefined) return { problem: `the resource "${resource}" is no ${wanted.resourceType ?? "name"}` };
  return { name, ...(account !== "" && { account }), ...(region !== "" && { region }) };
}

function nameIn(resource: string, type: string | undefined): string | undefined {
  const start = type === undefined ? "" : [`${type}/`, `${type}:`].find((prefix) => resource.startsWith(prefix));
  const name = start === undefined ? "" : resource.slice(start.length);
  return name === "" || name.includes(":") ? undefined : name;
}
