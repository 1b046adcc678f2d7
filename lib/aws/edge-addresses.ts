import type { Region } from "./regions.ts";

/**
 * The ids of AWS's prefix list `com.amazonaws.global.cloudfront.origin-facing`, the addresses from which CloudFront reaches origins, by
 * region (Amazon VPC User Guide, "AWS-managed prefix lists"; the ids as DescribeManagedPrefixLists gives them, November 2026). Every account
 * sees the same ids.
 */
const lists: { readonly [region in Region]?: string } = {
  "ap-northeast-1": "pl-58a04531",
  "ap-northeast-2": "pl-22a6434b",
  "ap-south-1": "pl-9aa247f3",
  "ap-southeast-1": "pl-31a34658",
  "ap-southeast-2": "pl-b8a742d1",
  "ca-central-1": "pl-38a64351",
  "eu-central-1": "pl-a3a144ca",
  "eu-north-1": "pl-fab65393",
  "eu-west-1": "pl-4fa04526",
  "eu-west-2": "pl-93a247fa",
  "eu-west-3": "pl-75b1541c",
  "sa-east-1": "pl-5da64334",
  "us-east-1": "pl-3b927c52",
  "us-east-2": "pl-b6a144df",
  "us-west-1": "pl-4ea04527",
  "us-west-2": "pl-82a045eb",
};

/** The id of CloudFront's prefix list in a region, or undefined where the table has none. */
export const cloudFrontPrefixList = (region: Region): string | undefined => lists[region];

/** The regions in which the table has it. */
export const edgeRegions: readonly string[] = Object.keys(lists);

/** The Route 53 zone of every distribution, for alias records (Amazon Route 53 API reference, AliasTarget). */
export const cloudFrontZone = "Z2FDTNDATAQYW2";
