import {
  ChangeResourceRecordSetsCommand,
  type ChangeResourceRecordSetsCommandInput,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { serviceOf, systemB } from "./environment.ts";

export const domain = "orders.example.com";

/** A zone on an emulator, with the weighted records that the plan has. */
export interface Weighted {
  readonly zoneId: string;
  records(): Promise<readonly ResourceRecordSet[]>;
  /** As Route 53 documents it: each record is answered by its share of the sum of weights of its kind. Throws where kinds differ. */
  shares(): Promise<Record<Slot, number>>;
  set(change: (record: ResourceRecordSet) => ResourceRecordSet): Promise<void>;
}

/** The plan's weighted records. They are data of CloudFormation, which has the same names as the API but for where the zone stands. */
const planned = serviceOf(systemB("dns"))
  .filter(({ type }) => type === "AWS::Route53::RecordSet")
  .map(({ properties }): ResourceRecordSet => {
    const known = JSON.stringify({ ...properties, HostedZoneId: undefined }, (key, value) =>
      typeof value === "object" && value !== null && "Fn::GetStackOutput" in value ? `value-of-${key}` : value,
    );
    return JSON.parse(known);
  });

export async function weightedRecords(client: Route53Client): Promise<Weighted> {
  const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "test" }));
  const zoneId = HostedZone?.Id?.split("/").at(-1) ?? "";
  const send = async (Action: "CREATE" | "UPSERT", all: readonly ResourceRecordSet[]) => {
    const given: ChangeResourceRecordSetsCommandInput = {
      HostedZoneId: zoneId,
      ChangeBatch: { Changes: all.map((ResourceRecordSet) => ({ Action, ResourceRecordSet })) },
    };
    await client.send(new ChangeResourceRecordSetsCommand(given));
  };
  // One before and one after, in the order that they are told.
  const others = ["orders.example.com", "shipments.example.com"].map(
    (Name): ResourceRecordSet => ({ Name, Type: "TXT", TTL: 60, ResourceRecords: [{ Value: '"another"' }] }),
  );
  await send("CREATE", [...planned, ...others]);
  const records = async () => {
    const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
    return ResourceRecordSets.filter(({ Weight }) => Weight !== undefined);
  };
  return {
    zoneId,
    records,
    set: async (change) => send("UPSERT", (await records()).map(change)),
    shares: async () => {
      const all = await records();
      const of = (slot: Slot, kind: string) => all.find(({ SetIdentifier, Type }) => SetIdentifier === slot && Type === kind)?.Weight ?? 0;
      const [ipv4, ipv6] = ["A", "AAAA"].map((kind) => {
        const [blue = 0, green = 0] = slots.map((slot) => of(slot, kind));
        return { blue: blue / (blue + green), green: green / (blue + green) };
      });
      if (!ipv4 || JSON.stringify(ipv4) !== JSON.stringify(ipv6)) throw new Error("IPv4 and IPv6 are split differently");
      return ipv4;
    },
  };
}
