import {
  type Activity,
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type LifecycleState,
  ResourceContentionFault,
  ScalingActivityInProgressFault,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeTargetHealthCommand,
  type DescribeTargetHealthCommandInput,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { pageOf } from "./paged.ts";

interface Machine {
  readonly id: string;
  /** What its start script fetched. */
  readonly runs: string;
  state: LifecycleState;
  /** As the target group sees it. */
  health: "initial" | "healthy" | "unhealthy" | "draining";
  /** How many ticks it still takes to leave. */
  leaves: number;
}

interface Group {
  min: number;
  max: number;
  desired: number;
  /** Whether it takes no change now: while it scales, or while somebody else changes it. */
  busy: boolean | "by another";
  machines: Machine[];
  readonly activities: Activity[];
}

/**
 * Auto-scaling groups, each with a parameter and a target group of its own name, whose time passes by `tick`. Archives of which `fails` speaks
 * never answer their health check. It cannot show quotas, rates, permissions, or how long a machine takes.
 */
export function autoScaling(names: readonly string[], fails: (address: string) => boolean, now: () => number) {
  const groups = new Map<string, Group>(
    names.map((name) => [name, { min: 0, max: 0, desired: 0, busy: false, machines: [], activities: [] }]),
  );
  const parameters = new Map(names.map((name) => [name, { value: "none", at: now() }]));
  const calls: string[] = [];
  let count = 0;
  const at = (name = ""): Group => {
    const found = groups.get(name);
    if (!found) throw new Error(`no group ${name}`);
    return found;
  };
  const told = (group: Group, Description: string, Cause: string, StatusCode: Activity["StatusCode"] = "Successful") =>
    group.activities.unshift({
      ActivityId: String(count++),
      AutoScalingGroupName: "",
      Description,
      Cause,
      StatusCode,
      StartTime: new Date(now()),
    });
  const leave = (group: Group, machine: Machine, because: string) => {
    machine.state = "Terminating";
    machine.health = "draining";
    machine.leaves = 2;
    told(
      group,
      `Terminating EC2 instance: ${machine.id}`,
      `At 2026-11-28T10:00:00Z an instance was taken out of service in response to ${because}.`,
    );
  };
  const stays = ({ state }: Machine) => state !== "Terminating";

  /** Time passes: machines start, become healthy or are replaced, leave. */
  const tick = () => {
    for (const [name, group] of groups) {
      group.machines = group.machines.filter((machine) => stays(machine) || machine.leaves-- > 1);
      for (const machine of group.machines.filter(stays)) {
        if (machine.health === "unhealthy") leave(group, machine, "an ELB system health check failure");
        else if (machine.state === "InService") machine.health = fails(machine.runs) ? "unhealthy" : "healthy";
        else machine.state = "InService";
      }
      for (const machine of group.machines.filter(stays).slice(group.desired))
        leave(group, machine, "a difference between desired and actual capacity");
      for (let missing = group.desired - group.machines.filter(stays).length; missing > 0; missing--) {
        const id = `i-${String(count++).padStart(4, "0")}`;
        group.machines.push({ id, runs: parameters.get(name)?.value ?? "", state: "Pending", health: "initial", leaves: 0 });
        told(
          group,
          `Launching a new EC2 instance: ${id}`,
          "an instance was started in response to a difference between desired and actual capacity",
        );
      }
    }
  };

  const autoscaling = faked(
    new AutoScalingClient({ region, credentials }),
    on(DescribeAutoScalingGroupsCommand, ({ AutoScalingGroupNames: [name = ""] = [] }) => {
      const group = groups.get(name);
      if (!group) return { AutoScalingGroups: [] };
      return {
        AutoScalingGroups: [
          {
            AutoScalingGroupName: name,
            MinSize: group.min,
            MaxSize: group.max,
            DesiredCapacity: group.desired,
            DefaultCooldown: 300,
            AvailabilityZones: [],
            HealthCheckType: "ELB",
            CreatedTime: new Date(0),
            Instances: group.machines.map(({ id, state }) => ({
              InstanceId: id,
              AvailabilityZone: "",
              LifecycleState: state,
              HealthStatus: "Healthy",
              ProtectedFromScaleIn: false,
            })),
          },
        ],
      };
    }),
    on(UpdateAutoScalingGroupCommand, ({ AutoScalingGroupName: name, MinSize, MaxSize, DesiredCapacity }) => {
      const group = at(name);
      if (group.busy === "by another") throw new ResourceContentionFault({ $metadata: {}, message: "pending update" });
      if (group.busy) throw new ScalingActivityInProgressFault({ $metadata: {}, message: "in progress" });
      Object.assign(group, { min: MinSize ?? group.min, max: MaxSize ?? group.max, desired: DesiredCapacity ?? group.desired });
      // API reference, UpdateAutoScalingGroup: the desired capacity is between the two, or the call is refused.
      if (group.desired < group.min || group.desired > group.max) throw new Error("ValidationError");
      calls.push(`size ${name} ${group.min} ${group.desired} ${group.max}`);
      return {};
    }),
    on(DescribeScalingActivitiesCommand, ({ AutoScalingGroupName: name, Filters = [], NextToken }) => {
      const [from = ""] = Filters.find(({ Name }) => Name === "StartTimeLowerBound")?.Values ?? [];
      const listed = at(name).activities.filter(({ StartTime }) => Number(StartTime) >= Date.parse(from));
      const { page, next } = pageOf(listed, NextToken);
      return { Activities: page, NextToken: next };
    }),
  );
  const ssm = faked(
    new SSMClient({ region, credentials }),
    on(GetParameterCommand, ({ Name = "" }) => {
      const found = parameters.get(Name);
      return { Parameter: { Name, Value: found?.value, LastModifiedDate: new Date(found?.at ?? 0) } };
    }),
    on(PutParameterCommand, ({ Name = "", Value = "", Overwrite }) => {
      if (!Overwrite) throw new Error("ParameterAlreadyExists");
      calls.push(`name ${Name} ${Value}`);
      parameters.set(Name, { value: Value, at: now() });
      return { Version: 1 };
    }),
  );
  const health = ({ TargetGroupArn: name }: DescribeTargetHealthCommandInput) => ({
    TargetHealthDescriptions: at(name)
      .machines.filter(({ state }) => state !== "Pending")
      .map(({ id, health: State }) => ({ Target: { Id: id }, TargetHealth: { State } })),
  });
  const elb = faked(new ElasticLoadBalancingV2Client({ region, credentials }), on(DescribeTargetHealthCommand, health));
  return { autoscaling, ssm, elb, health, tick, calls, groups, parameters };
}
