import { isA, type Resource, type Stack } from "../plan/template.ts";
import type { Part } from "../ports/account.ts";
import type { HowToGoOn } from "./doctor-go-on.ts";
import { becameOf, type Deployed } from "./doctor-values.ts";

type RecordSet = Resource<"AWS::Route53::RecordSet">;

/** A record by which callers find an environment, and how it comes back. */
interface Found {
  readonly part: Extract<Part, { readonly of: "record" }>;
  readonly goOn: HowToGoOn;
}

/** The records of a stack that was deployed. */
export function recordsOf(deployed: Deployed, stack: Stack): readonly Found[] {
  const records = stack.resources.filter((resource) => isA(resource, "AWS::Route53::RecordSet"));
  return records.flatMap((record) => foundOf(deployed, stack, record));
}

function foundOf(deployed: Deployed, stack: Stack, record: RecordSet): readonly Found[] {
  const { HostedZoneId, AliasTarget, HealthCheckId, Weight, ...rest } = record.properties;
  const became = (value: unknown): string | undefined => becameOf(deployed, stack, value);
  const [zone, domain, target, at] = [HostedZoneId, rest.Name, AliasTarget?.DNSName, AliasTarget?.HostedZoneId].map(became);
  const check = HealthCheckId === undefined ? {} : { HealthCheckId: became(HealthCheckId) };
  // A plan may have more than what is deployed.
  if (zone === undefined || domain === undefined || target === undefined || at === undefined) return [];
  if (Object.values(check).includes(undefined)) return [];
  const type = String(rest.Type);
  const set = became(rest.SetIdentifier);
  const moved = record.releaseOwns?.includes("Weight") === true;
  const made = {
    ...rest,
    ...check,
    ...(Weight !== undefined && { Weight: moved ? "WEIGHT" : Weight }),
    AliasTarget: { ...AliasTarget, DNSName: target, HostedZoneId: at },
  };
  return [
    {
      part: { of: "record", name: [type, set, "of", domain].filter(Boolean).join(" "), zone, domain, type, set },
      goOn: madeAgain(deployed.plan.environment, zone, made, moved),
    },
  ];
}

/**
 * Neither a deploy nor a change set that reverts drift looks whether a record is there (AWS CloudFormation User Guide, "Resource type support": it has
 * no drift detection of AWS::Route53::RecordSet), and both would give a weight that a release has moved since.
 */
function madeAgain(environment: string, zone: string, record: object, moved: boolean): HowToGoOn {
  const batch = JSON.stringify({ Changes: [{ Action: "CREATE", ResourceRecordSet: record }] });
  const create = `aws route53 change-resource-record-sets --hosted-zone-id ${zone} --change-batch '${batch.replace('"WEIGHT"', "WEIGHT")}'`;
  const hint = "a deploy makes no record anew that it made before: make it by hand, as the plan has it";
  return moved
    ? { hint: `${hint}; WEIGHT is 100 for the slot that is live, and 0 for the other`, run: [`sluice status ${environment}`, create] }
    : { hint, run: [create] };
}
