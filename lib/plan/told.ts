import type { Value } from "../aws/value.ts";
import type { Draft } from "./stack.ts";
import { att, isA, type Resource, ref, type Type } from "./template.ts";

/**
 * Tells of what many blocks make, each for a purpose that it says itself: keys by ARN and alias, roles, security groups, alarms, and names in
 * DNS (B19). What a block or a part has told under a name of its own keeps that name.
 */
export function tellRest(stack: Draft): void {
  const known = new Set(stack.outputs.map(({ value }) => JSON.stringify(value)));
  for (const resource of stack.resources) {
    for (const tell of tellers) {
      const told = tell(resource);
      if (told && !known.has(JSON.stringify(told.value))) stack.output(told.name, told.value, told.description);
    }
  }
}

interface Told {
  readonly name: string;
  readonly value: Value<string>;
  readonly description: string;
}

type Teller = (resource: Resource) => Told | undefined;

const teller =
  <T extends Type>(type: T, tell: (resource: Resource<T>) => Told): Teller =>
  (resource) =>
    isA(resource, type) ? tell(resource) : undefined;

/** Without its block: AWS takes the name of such a thing once in an account and region, so that no other of the stack has the same. */
const thing = ({ id, block }: Resource): string => id.slice(block.length);

const tellers: readonly Teller[] = [
  ...(["AWS::KMS::Key", "AWS::KMS::ReplicaKey"] as const).map((type) =>
    teller(type, (key) => ({ name: `${thing(key)}Arn`, value: att(key, "Arn"), description: `Key: ${key.properties.Description}` })),
  ),
  teller("AWS::KMS::Alias", (alias) => ({ name: thing(alias), value: ref(alias), description: "Alias by which people find the key" })),
  teller("AWS::IAM::Role", (role) => ({
    name: `${thing(role)}Arn`,
    value: att(role, "Arn"),
    description: `Role: ${role.properties.Description}`,
  })),
  teller("AWS::EC2::SecurityGroup", (group) => ({
    name: `${thing(group)}Id`,
    value: att(group, "GroupId"),
    description: `Security group: ${group.properties.GroupDescription}`,
  })),
  // The block says of what: one for each colour is in `Alarms`, those of the log of deploys in `Logger`.
  teller("AWS::CloudWatch::Alarm", (alarm) => ({
    name: `${alarm.id}Name`,
    value: ref(alarm),
    description: `Alarm: ${alarm.properties.AlarmDescription}`,
  })),
  teller("AWS::Route53::RecordSet", (record) => ({
    name: `${thing(record)}Name`,
    value: ref(record),
    description: `Name in DNS, by its record of type ${record.properties.Type}`,
  })),
];
