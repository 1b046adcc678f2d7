import type { Stack } from "./outputs.ts";

type Outputs = Stack["outputs"];

/** Whether a check reads an output, by its name and by what else its stack tells. */
type Reads = (output: string, beside: Outputs) => boolean;

const named =
  (form: RegExp): Reads =>
  (output) =>
    form.test(output);

/** The name of a bucket, and the key beside it. */
const bucket =
  (form: RegExp): Reads =>
  (output, beside) => {
    const of = output.replace(/KeyArn$/, "BucketName");
    return form.test(of) && of in beside;
  };

/** What each check of tests/tap-stack.int.test.ts reads, of which docs/outputs.md is made. It is shown nothing else, so this is all of it. */
export const reads: Readonly<Record<string, Reads>> = {
  network: named(/^(VpcId|NatAddress1|(Public|Private|Isolated)Subnet\d+Id)$/),
  groups: named(/GroupId$/),
  database: named(/^Database(Id|Endpoint|Port)$/),
  reach: named(/^Database(Endpoint|Port)$/),
  proxy: named(/^ProxyEndpoint$/),
  balancers: named(/Balancer(Arn|DnsName)$/),
  listeners: named(/ListenerArn$/),
  targets: named(/^((Blue|Green)(TargetGroupArn|ListenerArn|ServiceName)|ProductionListenerArn|SplitRuleArn|ClusterName|LedgerTable)$/),
  buckets: bucket(/BucketName$/),
  replication: bucket(/^(Files|Releases|Replica)BucketName$/),
  names: named(/^((Blue|Green)?BalancerDnsName|DistributionDomainName|ZoneId)$/),
  weights: named(/^(BlueRecordName|(Blue|Green)BalancerDnsName|ZoneId)$/),
  health: named(/^(Entry)?HealthCheckId$/),
  alarms: named(/^((Alarms\w+|\w+Alarm)Name|\w*TopicArn)$/),
  keys: named(/KeyArn$/),
  secrets: named(/SecretArn$/),
  logs: named(/LogName$/),
  registries: named(/^RegistryName$/),
  trail: named(/^TrailArn$/),
  dashboards: named(/^DashboardName$/),
  notices: named(/TopicArn$/),
  services: named(/^((Blue|Green)?ServiceName|ClusterName)$/),
  fleets: named(/FleetName$/),
  edge: (output, beside) => /^(DistributionId|DistributionDomainName|WebAclArn)$/.test(output) && "DistributionId" in beside,
};

/** Stacks as a check sees them. Throws for one that says nothing of what it reads. */
export function seenBy(check: string, stacks: readonly Stack[]): readonly Stack[] {
  const wanted = reads[check];
  if (!wanted) throw new Error(`tests/int/reads.ts does not say what the check ${check} reads`);
  return stacks.map(({ outputs, ...stack }) => ({
    ...stack,
    outputs: Object.fromEntries(Object.entries(outputs).filter(([output]) => wanted(output, outputs))),
  }));
}
