import {
  ConflictException,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type ServiceDeploymentLifecycleStage,
  type ServiceDeploymentStatus,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DescribeRulesCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { otherSlot, type Slot } from "../../../lib/base/outcome.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { atMost, pageOf } from "./paged.ts";
import { taskDefinitions } from "./task-definitions.ts";

/** A service revision: what runs, and behind which target group. */
interface Revision {
  readonly arn: string;
  readonly definition: string;
  readonly slot: Slot;
}

interface Deployment {
  readonly arn: string;
  readonly from: Revision;
  readonly to: Revision;
  readonly createdAt: Date;
  status: ServiceDeploymentStatus;
  age: number;
  because: string;
}

/** What the API reference allows of a call. */
const refused = (message: string) => new InvalidParameterException({ message, $metadata: {} });

/** At which age what begins. It is listed from `listed` on. */
const ages = { listed: 1, canary: 3, all: 5, cleanUp: 7, ended: 8 } as const;

const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:111111111111:${rest}`;

const place = {
  cluster: "shop",
  service: "web",
  container: "web",
  groups: {
    blue: arn("elasticloadbalancing", "targetgroup/shop-blue/1"),
    green: arn("elasticloadbalancing", "targetgroup/shop-green/2"),
  },
} as const;

const rule = arn("elasticloadbalancing", "listener-rule/app/shop/1/2/3");

/**
 * A service of ECS with the strategy CANARY and its rule, whose time passes by `tick`: copies, a canary, all callers, a bake time, the end of the
 * old copies. A version whose image `fails` names is turned back during the canary, as by an alarm. It cannot show how long AWS takes, hooks,
 * quotas or permissions.
 */
export function nativeService(first: string, fails: (image: string) => boolean) {
  const deployments: Deployment[] = [];
  const revisions: Revision[] = [];
  const calls: string[] = [];
  let minutes = 0;
  /** Whether rollbacks come to nothing. */
  const rollbacks = { fail: false };
  const now = () => new Date(1_700_000_000_000 + minutes * 60_000);
  const { register, newest, imageOf, answers } = taskDefinitions(
    "shop-web",
    place.container,
    (resource) => arn("ecs", resource),
    (call) => calls.push(call),
  );
  const revise = (definition: string, slot: Slot): Revision => {
    const made = { arn: arn("ecs", `service-revision/${place.cluster}/${place.service}/${revisions.length}`), definition, slot };
    revisions.push(made);
    return made;
  };
  let current = revise(register(first), "blue");
  let wanted = current.definition;
  let share = { slot: "blue" as Slot, percent: 100 };
  const going = () => deployments.find(({ status }) => status === "PENDING" || status === "IN_PROGRESS" || status.endsWith("REQUESTED"));
  /** ECS begins a deployment where the task definition is another one. */
  const update = (definition: string) => {
    if (definition === wanted) return;
    wanted = definition;
    deployments.push({
      arn: arn("ecs", `service-deployment/${place.cluster}/${place.service}/deploy${deployments.length}`),
      from: current,
      to: revise(definition, otherSlot(current.slot)),
      createdAt: now(),
      status: "PENDING",
      age: 0,
      because: "",
    });
  };
  const advance = (one: Deployment) => {
    one.age += 1;
    if (one.status === "ROLLBACK_REQUESTED") {
      if (rollbacks.fail) {
        one.status = "ROLLBACK_FAILED";
        return;
      }
      one.status = "ROLLBACK_SUCCESSFUL";
      share = { slot: one.from.slot, percent: 100 };
      current = one.from;
      wanted = one.from.definition;
      return;
    }
    one.status = "IN_PROGRESS";
    if (one.age >= ages.canary) share = { slot: one.to.slot, percent: one.age >= ages.all ? 100 : 10 };
    if (one.age === ages.canary + 1 && fails(imageOf(one.to.definition))) {
      one.status = "ROLLBACK_REQUESTED";
      one.because = "Service deployment rolled back because of CloudWatch alarms";
    }
    if (one.age < ages.ended) return;
    one.status = "SUCCESSFUL";
    current = one.to;
  };
  const tick = () => {
    minutes += 1;
    const one = going();
    if (one) advance(one);
  };
  const stageOf = ({ age }: Deployment): ServiceDeploymentLifecycleStage =>
    age >= ages.cleanUp ? "CLEAN_UP" : age >= ages.all ? "BAKE_TIME" : age >= ages.canary ? "PRODUCTION_TRAFFIC_SHIFT" : "SCALE_UP";

  const ecs = faked(
    new ECSClient({ region, credentials }),
    on(DescribeServicesCommand, () => ({
      services: [
        {
          serviceName: place.service,
          status: "ACTIVE",
          desiredCount: 2,
          taskDefinition: wanted,
          // Those that have copies, in no order that the API reference tells.
          currentServiceRevisions: [going()?.to, current].flatMap((one) => (one ? [{ arn: one.arn }] : [])),
          loadBalancers: [
            {
              targetGroupArn: place.groups.blue,
              advancedConfiguration: { alternateTargetGroupArn: place.groups.green, productionListenerRule: rule },
            },
          ],
        },
      ],
    })),
    on(UpdateServiceCommand, ({ taskDefinition = "" }) => {
      calls.push(`update ${imageOf(taskDefinition)}`);
      update(taskDefinition);
      return {};
    }),
    on(ListServiceDeploymentsCommand, ({ status: only, createdAt: { after = new Date(0) } = {}, nextToken }) => {
      const listed = deployments.filter(
        ({ status, age, createdAt }) => age >= ages.listed && (!only || only.includes(status)) && createdAt >= after,
      );
      const { page, next } = pageOf(listed, nextToken);
      const serviceDeployments = page.map(({ arn: serviceDeploymentArn, to, status, createdAt }) => ({
        serviceDeploymentArn,
        targetServiceRevisionArn: to.arn,
        status,
        createdAt,
      }));
      return { serviceDeployments, nextToken: next };
    }),
    on(DescribeServiceDeploymentsCommand, ({ serviceDeploymentArns = [] }) => {
      atMost(20, serviceDeploymentArns, refused);
      const found = deployments.filter((one) => serviceDeploymentArns.includes(one.arn));
      const serviceDeployments = found.map((one) => ({
        serviceDeploymentArn: one.arn,
        status: one.status,
        lifecycleStage: stageOf(one),
        ...(one.because !== "" && { statusReason: one.because, alarms: { triggeredAlarmNames: ["shop-errors"] } }),
      }));
      return { serviceDeployments };
    }),
    on(DescribeServiceRevisionsCommand, ({ serviceRevisionArns = [] }) => {
      atMost(20, serviceRevisionArns, refused);
      const found = revisions.filter((one) => serviceRevisionArns.includes(one.arn));
      const serviceRevisions = found.map(({ arn: serviceRevisionArn, definition: taskDefinition, slot }) => ({
        serviceRevisionArn,
        taskDefinition,
        resolvedConfiguration: { loadBalancers: [{ targetGroupArn: place.groups[slot] }] },
      }));
      return { serviceRevisions };
    }),
    on(StopServiceDeploymentCommand, ({ serviceDeploymentArn, stopType }) => {
      calls.push(`stop ${stopType}`);
      const one = going();
      if (!one || one.arn !== serviceDeploymentArn) throw new ConflictException({ message: "it has ended", $metadata: {} });
      one.status = "ROLLBACK_REQUESTED";
      return { serviceDeploymentArn };
    }),
    ...answers,
    on(ListTasksCommand, ({ desiredStatus }) => ({ taskArns: desiredStatus === "STOPPED" ? [] : [arn("ecs", `task/${place.cluster}/1`)] })),
    on(DescribeTasksCommand, () => ({
      tasks: [
        {
          taskArn: arn("ecs", `task/${place.cluster}/1`),
          taskDefinitionArn: current.definition,
          containers: [{ name: place.container, imageDigest: `sha256:${"0".repeat(64)}` }],
        },
      ],
    })),
  );
  const elb = faked(
    new ElasticLoadBalancingV2Client({ region, credentials }),
    on(DescribeRulesCommand, () => ({
      Rules: [
        {
          RuleArn: rule,
          Actions: [
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
    on(DescribeTargetHealthCommand, () => ({ TargetHealthDescriptions: [] })),
  );
  return {
    given: { ...place, ecs, elb },
    calls,
    now,
    tick,
    rollbacks,
    share: (slot: Slot) => (slot === share.slot ? share.percent : 100 - share.percent),
    begun: () => deployments.length,
    /** The pipeline deploys an image, from the newest revision as its build does. */
    deployBeside: (image: string): Pick<Deployment, "status"> | undefined => {
      update(register(image, newest()));
      return deployments.at(-1);
    },
  };
}
