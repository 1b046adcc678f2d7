import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  BatchLimitExceededException,
  CodeDeployClient,
  CreateDeploymentCommand,
  DeploymentAlreadyCompletedException,
  DeploymentLimitExceededException,
  DeploymentNotStartedException,
  type DeploymentStatus,
  type LifecycleEventStatus,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { otherSlot, type Slot } from "../../../lib/base/outcome.ts";
import { instant } from "../../../lib/base/time.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { atMost, pageOf } from "./paged.ts";
import { taskDefinitions } from "./task-definitions.ts";

/** A task set: the copies of one revision behind one target group. */
interface TaskSet {
  readonly slot: Slot;
  readonly definition: string;
}

interface Deployment {
  readonly id: string;
  readonly description: string;
  readonly creator: "user" | "codeDeployRollback";
  readonly from: TaskSet;
  readonly to: TaskSet;
  readonly createdAt: Date;
  status: DeploymentStatus;
  /** How often time has passed since it began. */
  age: number;
  because: string;
  /** The deployment by which CodeDeploy rolls it back, which it makes a moment after it has ended. */
  rollback: "none" | "due" | { readonly id: string };
}

/** At which age what is true: copies are healthy, callers come in two increments, the old copies are ended. */
const ages = { started: 1, installed: 3, all: 6, ended: 9 } as const;
const increments = { first: 10, last: 100 } as const;

const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:111111111111:${rest}`;

/** What the fake stands for. */
export const place = {
  cluster: "shop",
  service: "web",
  container: "web",
  port: 8080,
  application: "shop-app",
  deploymentGroup: "shop-group",
  listenerArn: arn("elasticloadbalancing", "listener/app/shop/1/2"),
  groups: {
    blue: arn("elasticloadbalancing", "targetgroup/shop-blue/1"),
    green: arn("elasticloadbalancing", "targetgroup/shop-green/2"),
  },
} as const;

/**
 * A deployment group of CodeDeploy with its service of ECS and listener, whose time passes by `tick`: Install, then a canary, then all callers, a
 * wait, and the end of the old task set. A deployment whose image `fails` names is turned back after the first increment, as by an alarm. It takes
 * its words from the CodeDeploy User Guide ("AppSpec 'hooks' section for an Amazon ECS deployment"), and cannot show how long AWS takes, how late
 * it lists a deployment, hooks, quotas or permissions.
 */
export function codeDeployed(first: string, fails: (image: string) => boolean, now = () => new Date(1_700_000_000_000)) {
  const deployments: Deployment[] = [];
  const calls: string[] = [];
  const { register, imageOf, answers } = taskDefinitions(
    "shop-web",
    place.container,
    (resource) => arn("ecs", resource),
    (call) => calls.push(call),
  );
  let primary: TaskSet = { slot: "blue", definition: register(first) };
  let share = { slot: "blue" as Slot, percent: 100 };

  /** Of which age a deployment has to be until it is listed. */
  const lists = { from: 0 };

  const going = () => deployments.find(({ status }) => status === "Created" || status === "InProgress" || status === "Ready");
  const begin = (description: string, creator: Deployment["creator"], definition: string, to: Slot): Deployment => {
    const id = `d-${String(deployments.length).padStart(9, "A")}`;
    const from = creator === "user" ? primary : { slot: otherSlot(to), definition };
    deployments.push({
      id,
      description,
      creator,
      from,
      to: { slot: to, definition },
      createdAt: now(),
      status: "Created",
      age: 0,
      because: "",
      rollback: "none",
    });
    return deployments.at(-1) ?? going() ?? Object.assign({}, deployments[0]);
  };
  /** What CodeDeploy does with a deployment that is stopped or fails, where its group says so: a deployment of its own takes the callers back. */
  const turnBack = (one: Deployment, status: DeploymentStatus, because: string) => {
    one.status = status;
    one.because = because;
    one.rollback = "due";
  };
  const advance = (one: Deployment) => {
    one.age += 1;
    one.status = "InProgress";
    if (one.creator === "codeDeployRollback") {
      if (one.age < 2) return;
      primary = one.to;
      share = { slot: one.to.slot, percent: increments.last };
      one.status = "Succeeded";
      return;
    }
    if (one.age >= ages.installed) share = { slot: one.to.slot, percent: one.age >= ages.all ? increments.last : increments.first };
    if (one.age === ages.installed + 1 && fails(imageOf(one.to.definition)))
      return turnBack(one, "Stopped", "One or more alarms have been activated");
    if (one.age >= ages.all) primary = one.to;
    if (one.age >= ages.ended) one.status = "Succeeded";
  };
  const tick = () => {
    const one = going();
    if (one) return advance(one);
    const due = deployments.find(({ rollback }) => rollback === "due");
    if (due) due.rollback = { id: begin(due.description, "codeDeployRollback", due.from.definition, due.from.slot).id };
  };

  /** Two of each task set. */
  const sets = (): readonly TaskSet[] => {
    const one = going();
    return one && one.age >= ages.installed - 1 ? [one.from, one.to] : [primary];
  };
  const copies = () =>
    sets().flatMap((set) => [1, 2].map((n) => ({ ...set, id: `${set.slot}${n}`, address: `10.0.${set.slot === "blue" ? 0 : 1}.${n}` })));

  const eventsOf = ({ age, status }: Deployment) => {
    const from = (begins: number, ends: number): LifecycleEventStatus =>
      age >= ends ? "Succeeded" : age < begins ? "Pending" : status === "Stopped" ? "Failed" : "InProgress";
    return [
      { lifecycleEventName: "BeforeInstall", status: "Succeeded" as const },
      { lifecycleEventName: "Install", status: from(0, ages.installed - 1) },
      { lifecycleEventName: "BeforeAllowTraffic", status: from(ages.installed - 1, ages.installed - 1) },
      { lifecycleEventName: "AllowTraffic", status: from(ages.installed - 1, ages.all) },
      { lifecycleEventName: "AfterAllowTraffic", status: from(ages.all, ages.all) },
    ];
  };
  const byId = (id = ""): Deployment => {
    const found = deployments.find((one) => one.id === id);
    if (!found) throw new Error(`no deployment ${id}`);
    return found;
  };
  const client = faked(
    new CodeDeployClient({ region, credentials }),
    on(CreateDeploymentCommand, ({ description = "", revision }) => {
      const active = going();
      if (active) {
        const message = `The Deployment Group '${place.deploymentGroup}' already has an active Deployment '${active.id}'`;
        throw new DeploymentLimitExceededException({ message, $metadata: {} });
      }
      const spec = JSON.parse(revision?.appSpecContent?.content ?? "{}");
      const { TaskDefinition: definition, LoadBalancerInfo } = spec.Resources[0].TargetService.Properties;
      calls.push(`create ${imageOf(definition)} ${LoadBalancerInfo.ContainerName}:${LoadBalancerInfo.ContainerPort}`);
      return { deploymentId: begin(description, "user", definition, otherSlot(primary.slot)).id };
    }),
    on(StopDeploymentCommand, ({ deploymentId, autoRollbackEnabled }) => {
      calls.push(`stop ${deploymentId} ${autoRollbackEnabled}`);
      const one = byId(deploymentId);
      if (one !== going()) throw new DeploymentAlreadyCompletedException({ message: "it has completed", $metadata: {} });
      turnBack(one, "Stopped", "The deployment was stopped by a user");
      return { status: "Pending" as const };
    }),
    on(ListDeploymentsCommand, ({ includeOnlyStatuses: only, createTimeRange: { start = new Date(0) } = {}, nextToken }) => {
      const listed = deployments
        .filter(({ age }) => age >= lists.from)
        .filter(({ status, createdAt }) => (!only || only.includes(status)) && createdAt >= start)
        .map(({ id }) => id)
        // In no order that the API reference tells.
        .reverse();
      const { page, next } = pageOf(listed, nextToken);
      return { deployments: page, nextToken: next };
    }),
    on(BatchGetDeploymentsCommand, ({ deploymentIds = [] }) => {
      atMost(25, deploymentIds, (message) => new BatchLimitExceededException({ message, $metadata: {} }));
      const found = deploymentIds.map(byId);
      const deploymentsInfo = found.map(({ id, description, creator, status, createdAt, because, rollback }) => ({
        deploymentId: id,
        description,
        creator,
        status,
        createTime: createdAt,
        ...(typeof rollback === "object" && { rollbackInfo: { rollbackDeploymentId: rollback.id } }),
        ...(because !== "" && { errorInformation: { code: "MANUAL_STOP" as const, message: because } }),
      }));
      return { deploymentsInfo };
    }),
    on(BatchGetDeploymentTargetsCommand, ({ deploymentId, targetIds: [targetId = ""] = [] }) => {
      const one = byId(deploymentId);
      if (one.age < ages.started) throw new DeploymentNotStartedException({ message: "it has not started", $metadata: {} });
      if (targetId !== `${place.cluster}:${place.service}`) throw new Error(`no target ${targetId}`);
      return {
        deploymentTargets: [
          { deploymentTargetType: "ECSTarget" as const, ecsTarget: { deploymentId, targetId, lifecycleEvents: eventsOf(one) } },
        ],
      };
    }),
  );
  const ecs = faked(
    new ECSClient({ region, credentials }),
    on(DescribeServicesCommand, () => ({
      services: [
        {
          serviceName: place.service,
          status: "ACTIVE",
          desiredCount: 2,
          deploymentController: { type: "CODE_DEPLOY" as const },
          // Beside the primary one there is that of a deployment which goes on, in no order that the API reference tells.
          taskSets: [...sets().filter(({ slot }) => slot !== primary.slot), primary].map((set) => ({
            status: set === primary ? "PRIMARY" : "ACTIVE",
            taskDefinition: set.definition,
            computedDesiredCount: 2,
            loadBalancers: [{ targetGroupArn: place.groups[set.slot], containerName: place.container, containerPort: place.port }],
          })),
        },
      ],
    })),
    ...answers,
    on(ListTasksCommand, ({ desiredStatus, nextToken }) => {
      const { page, next } = pageOf(desiredStatus === "STOPPED" ? [] : copies(), nextToken);
      return { taskArns: page.map(({ id }) => arn("ecs", `task/${place.cluster}/${id}`)), nextToken: next };
    }),
    on(DescribeTasksCommand, ({ tasks = [] }) => ({
      tasks: copies()
        .filter(({ id }) => tasks.some((one) => one.endsWith(`/${id}`)))
        .map(({ id, address, definition }) => ({
          taskArn: arn("ecs", `task/${place.cluster}/${id}`),
          taskDefinitionArn: definition,
          lastStatus: "RUNNING",
          containers: [
            {
              name: place.container,
              imageDigest: `sha256:${imageOf(definition).split("@sha256:")[1] ?? "0".repeat(64)}`,
              networkInterfaces: [{ privateIpv4Address: address }],
            },
          ],
        })),
    })),
  );
  const elb = faked(
    new ElasticLoadBalancingV2Client({ region, credentials }),
    on(DescribeListenersCommand, () => ({
      Listeners: [
        {
          DefaultActions: [
            {
              Type: "forward" as const,
              ForwardConfig: {
                TargetGroups: [
                  { TargetGroupArn: place.groups[share.slot], Weight: share.percent },
                  { TargetGroupArn: place.groups[otherSlot(share.slot)], Weight: 100 - share.percent },
                ],
              },
            },
          ],
        },
      ],
    })),
    on(DescribeTargetHealthCommand, ({ TargetGroupArn: group }) => ({
      TargetHealthDescriptions: copies()
        .filter(({ slot }) => place.groups[slot] === group)
        .map(({ address }) => ({ Target: { Id: address }, TargetHealth: { State: "healthy" as const } })),
    })),
  );
  return {
    given: { ...place, codedeploy: client, ecs, elb, clock: { now: () => instant(now().getTime()) } },
    calls,
    now,
    lists,
    tick,
    register,
    share: (slot: Slot) => (slot === share.slot ? share.percent : 100 - share.percent),
    /** Those that people or programs made. */
    begun: () => deployments.filter(({ creator }) => creator === "user").length,
    /** The pipeline deploys an image. */
    deployBeside: (image: string) => begin("of the pipeline", "user", register(image), otherSlot(primary.slot)),
  };
}
