import {
  type ChangeInfo,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

/**
 * Weighted records of one name in memory, A and AAAA for each slot, and every share of green that they ever had. A change is with all name servers
 * once it was asked for a second time. It cannot show what resolvers keep.
 */
export function zoneOf(domain: string) {
  const record = (Type: "A" | "AAAA", slot: Slot): ResourceRecordSet => ({
    Name: `${domain}.`,
    Type,
    SetIdentifier: slot,
    Weight: slot === "blue" ? 100 : 0,
    AliasTarget: { HostedZoneId: "Z2", DNSName: `${slot}.example.com.`, EvaluateTargetHealth: true },
  });
  let records = (["A", "AAAA"] as const).flatMap((type) => slots.map((slot) => record(type, slot)));
  const weightOf = (slot: Slot) => records.find(({ SetIdentifier }) => SetIdentifier === slot)?.Weight ?? 0;
  const weights: number[] = [];
  /** How often each change was asked for. */
  const changes = new Map<string, number>();
  const told = (Id: string, Status: ChangeInfo["Status"]): { readonly ChangeInfo: ChangeInfo } => ({
    ChangeInfo: { Id: `/change/${Id}`, Status, SubmittedAt: new Date(0) },
  });
  const route53 = faked(
    new Route53Client({ region, credentials }),
    on(ListResourceRecordSetsCommand, () => ({ ResourceRecordSets: structuredClone(records), IsTruncated: false, MaxItems: 300 })),
    on(ChangeResourceRecordSetsCommand, ({ ChangeBatch: { Changes = [] } = {} }) => {
      const before = weightOf("green");
      records = Changes.flatMap(({ ResourceRecordSet: changed }) => changed ?? []);
      // The same weights again move nobody.
      if (weightOf("green") !== before) weights.push(weightOf("green"));
      const Id = `C${changes.size}CHANGE`;
      changes.set(Id, 0);
      return told(Id, "PENDING");
    }),
    on(GetChangeCommand, ({ Id = "" }) => {
      const looks = (changes.get(Id) ?? 0) + 1;
      changes.set(Id, looks);
      return told(Id, looks > 1 ? "INSYNC" : "PENDING");
    }),
  );
  return { route53, weights, weightOf };
}
