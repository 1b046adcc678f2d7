import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";

/** All records of a name. They come by name (Amazon Route 53 API Reference, ListResourceRecordSets): after the last of this one there are none. */
export async function recordsNamed(
  client: Route53Client,
  HostedZoneId: string,
  domain: string,
  options: { readonly abortSignal?: AbortSignal } = {},
): Promise<readonly ResourceRecordSet[]> {
  const found: ResourceRecordSet[] = [];
  let from: Partial<ListResourceRecordSetsCommandOutput> = { NextRecordName: domain };
  do {
    const { NextRecordName: StartRecordName, NextRecordType: StartRecordType, NextRecordIdentifier: StartRecordIdentifier } = from;
    const command = new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName, StartRecordType, StartRecordIdentifier });
    from = await client.send(command, options);
    found.push(...(from.ResourceRecordSets ?? []).filter(({ Name }) => Name === `${domain}.`));
  } while (from.IsTruncated && from.NextRecordName === `${domain}.`);
  return found;
}
