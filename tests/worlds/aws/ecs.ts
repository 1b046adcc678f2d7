import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import {
  type Task as AwsTask,
  type ContainerDefinition,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  DeploymentRolloutState as rollout,
  type ServiceDeploymentStatus,
  type Tag,
  type TaskDefinition,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  type DescribeTargetHealthCommandInput,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { atMost, pageOf } from "./paged.ts";

interface Task {
  readonly id: string;
  readonly definition: string;
  /** The deployment that made it (ECS API reference, Task: startedBy), and when. */
  readonly startedBy: string;
  readonly createdAt: Date;
  state: "PENDING" | "RUNNING" | "healthy" | "draining" | "STOPPED" | "crashed";
}

interface Deployment {
  readonly id: string;
  readonly definition: string;
  readonly createdAt: Date;
  failed: number;
  status: ServiceDeploymentStatus;
}

interface Service {
  definition: string;
  desired: number;
  least: number;
  readonly tasks: Task[];
  readonly deployments: Deployment[];
}

/** What the API reference allows of a call. */
const refused = (message: string) => new InvalidParameterException({ message, $metadata: {} });

const lastStatuses: Readonly<Record<Task["state"], string>> = {
  PENDING: "PENDING",
  RUNNING: "RUNNING",
  healthy: "RUNNING",
  draining: "DEACTIVATING",
  STOPPED: "STOPPED",
  crashed: "STOPPED",
};

/** ECS gives a deployment up after this many failed tasks, at least (Amazon ECS Developer Guide: failure threshold). */
const threshold = 3;

/** A cluster whose time passes by `tick`. Images of which `crashes` speaks start and end at once. It cannot show quotas, rates or permissions. */
export function cluster(names: readonly string[], family: string, container: ContainerDefinition, crashes: (image: string) => boolean) {
  const definitions: TaskDefinition[] = [];
  const services = new Map<string, Service>();
  /** Single tasks, which have ended well as soon as somebody looks: `one-off.ts` has those that do not. */
  const single = new Map<string, string | undefined>();
  const calls: string[] = [];
  /** Told only to who asks for them, and those of CloudFormation are nobody's to give. */
  const tagged = new Map<string | undefined, Tag[] | undefined>();
  const tagsOf = (definition: TaskDefinition | undefined): Tag[] => tagged.get(definition?.taskDefinitionArn) ?? [];
  let count = 0;
  const unique = (what: string) => `${what}-${String(count++).padStart(4, "0")}`;

  const register = (containers: readonly ContainerDefinition[], rest: Partial<TaskDefinition>): TaskDefinition => {
    const revision = definitions.length + 1;
    const made = { ...rest, family, revision, taskDefinitionArn: `arn:aws:ecs:${region}:1:task-definition/${family}:${revision}` };
    definitions.push({ ...made, containerDefinitions: [...containers], status: "ACTIVE", registeredAt: new Date(revision) });
    return definitions.at(-1) ?? made;
  };
  const first = register([container], { cpu: "256", memory: "512", networkMode: "awsvpc" });
  for (const name of names)
    services.set(name, { definition: first.taskDefinitionArn ?? "", desired: 0, least: 0, tasks: [], deployments: [] });

  const at = (name = ""): Service => {
    const found = services.get(name);
    if (!found) throw new Error(`no service ${name}`);
    return found;
  };
  const imageOf = (arn: string) =>
    definitions.find(({ taskDefinitionArn }) => taskDefinitionArn === arn)?.containerDefinitions?.[0]?.image ?? "";
  const left = ({ tasks }: Service) => tasks.filter(({ state }) => state !== "STOPPED" && state !== "crashed" && state !== "draining");
  const deploy = (service: Service, definition: string) => {
    service.definition = definition;
    service.deployments.push({ id: unique("deployment"), definition, createdAt: new Date(count++), failed: 0, status: "IN_PROGRESS" });
  };

  /** Time passes: tasks start, become healthy, crash, drain; a deployment is complete or given up. */
  const tick = () => {
    for (const service of services.values()) {
      for (const task of service.tasks) {
        if (task.state === "draining") task.state = "STOPPED";
        else if (task.state === "RUNNING") task.state = "healthy";
        else if (task.state === "PENDING") task.state = crashes(imageOf(task.definition)) ? "crashed" : "RUNNING";
        const own = service.deployments.at(-1);
        if (task.state === "crashed" && own?.definition === task.definition) {
          // Those of this deployment alone (ECS API reference, Deployment: failedTasks), whatever became of the same revision before.
          own.failed = service.tasks.filter(({ state, startedBy }) => state === "crashed" && startedBy === own.id).length;
          const before = service.deployments.findLast(({ status }) => status === "SUCCESSFUL")?.definition ?? first.taskDefinitionArn ?? "";
          if (own.failed >= threshold && own.status === "IN_PROGRESS") {
            own.status = "ROLLBACK_SUCCESSFUL";
            service.definition = before;
          }
        }
      }
      const current = left(service).filter(({ definition }) => definition === service.definition);
      const whole = current.filter(({ state }) => state === "healthy").length >= service.desired;
      for (const task of left(service)) if (task.definition !== service.definition && whole) task.state = "draining";
      for (const task of current.slice(service.desired)) task.state = "draining";
      for (let missing = service.desired - current.length; missing > 0; missing--)
        service.tasks.push({
          id: unique("task"),
          definition: service.definition,
          startedBy: service.deployments.at(-1)?.id ?? "",
          createdAt: new Date(count++),
          state: "PENDING",
        });
      const own = service.deployments.at(-1);
      if (own?.status === "IN_PROGRESS" && whole && left(service).length === service.desired) own.status = "SUCCESSFUL";
    }
  };

  const addressOf = (id: string) => `10.0.0.${Number(id.split("-").at(-1))}`;
  const ecs = faked(
    new ECSClient({ region, credentials }),
    on(DescribeServicesCommand, ({ services: [name = ""] = [] }) => {
      const service = services.get(name);
      if (!service) return { services: [], failures: [{ arn: name, reason: "MISSING" }] };
      const own = service.deployments.at(-1);
      const ended = own?.status === "SUCCESSFUL" || own?.status === "ROLLBACK_SUCCESSFUL";
      // Without a version to put back the deployment stays as it failed (Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker
      // detects failures").
      const progress =
        own?.status === "ROLLBACK_FAILED"
          ? { rolloutState: rollout.FAILED, rolloutStateReason: "tasks failed to start" }
          : { rolloutState: ended ? rollout.COMPLETED : rollout.IN_PROGRESS };
      // A task whose target drains is DEACTIVATING and not RUNNING any more (Amazon ECS Developer Guide, "Amazon ECS task lifecycle"; API reference,
      // Service: runningCount).
      const running = service.tasks.filter(({ state }) => state === "RUNNING" || state === "healthy");
      return {
        services: [
          {
            serviceName: name,
            status: "ACTIVE",
            taskDefinition: service.definition,
            desiredCount: service.desired,
            runningCount: running.length,
            pendingCount: service.tasks.filter(({ state }) => state === "PENDING").length,
            deployments: own ? [{ id: own.id, status: "PRIMARY", createdAt: own.createdAt, ...progress }] : [],
          },
        ],
      };
    }),
    on(UpdateServiceCommand, ({ service: name, desiredCount, taskDefinition, forceNewDeployment }) => {
      calls.push(`update ${name} ${desiredCount} ${taskDefinition?.split("/").at(-1) ?? ""}`.trim());
      const service = at(name);
      service.desired = desiredCount ?? service.desired;
      if (taskDefinition !== undefined && (forceNewDeployment || taskDefinition !== service.definition)) deploy(service, taskDefinition);
      return {};
    }),
    on(DescribeTaskDefinitionCommand, ({ taskDefinition, include }) => {
      const found =
        taskDefinition === family ? definitions.at(-1) : definitions.find(({ taskDefinitionArn }) => taskDefinitionArn === taskDefinition);
      return { taskDefinition: found, ...(include?.includes("TAGS") && { tags: tagsOf(found) }) };
    }),
    on(RegisterTaskDefinitionCommand, ({ containerDefinitions = [], family: _, tags, ...rest }) => {
      calls.push(`register ${containerDefinitions[0]?.image}`);
      if (tags?.length === 0) throw new Error("ECS takes no empty list of tags");
      const made = register(containerDefinitions, rest);
      tagged.set(made.taskDefinitionArn, tags);
      return { taskDefinition: made };
    }),
    on(ListTasksCommand, ({ serviceName, desiredStatus, nextToken }) => {
      const ended = ({ state }: Task) => state === "STOPPED" || state === "crashed" || state === "draining";
      const listed = serviceName === undefined ? [] : at(serviceName).tasks.filter((task) => (desiredStatus === "STOPPED") === ended(task));
      const singles = serviceName === undefined && desiredStatus === "STOPPED" ? [...single.keys()] : [];
      const { page, next } = pageOf([...listed.map(({ id }) => `arn:aws:ecs:${region}:1:task/cluster/${id}`), ...singles], nextToken);
      return { taskArns: page, nextToken: next };
    }),
    on(RunTaskCommand, ({ startedBy, overrides }) => {
      const taskArn = `arn:aws:ecs:${region}:1:task/cluster/${unique("single")}`;
      single.set(taskArn, startedBy);
      calls.push(`run ${overrides?.containerOverrides?.[0]?.command?.at(-1)}`);
      return { tasks: [{ taskArn }] };
    }),
    on(DescribeTasksCommand, ({ tasks = [] }) => {
      atMost(100, tasks, refused);
      const told = tasks.flatMap((arn): AwsTask[] => {
        const startedBy = single.get(arn);
        if (startedBy !== undefined)
          return [{ taskArn: arn, startedBy, lastStatus: "STOPPED", containers: [{ name: container.name, exitCode: 0 }] }];
        const task = [...services.values()].flatMap((service) => service.tasks).find(({ id }) => arn.endsWith(id));
        if (!task) return [];
        const [, digest] = imageOf(task.definition).split("@");
        return [
          {
            taskArn: arn,
            taskDefinitionArn: task.definition,
            startedBy: task.startedBy,
            createdAt: task.createdAt,
            lastStatus: lastStatuses[task.state],
            ...(task.state === "crashed" && { stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" }),
            ...(task.state === "STOPPED" && {
              stopCode: "ServiceSchedulerInitiated",
              stoppedReason: "Scaling activity initiated by deployment",
            }),
            containers: [
              {
                name: container.name,
                imageDigest: digest,
                ...(task.state === "crashed" && { exitCode: 1 }),
                networkInterfaces: [{ privateIpv4Address: addressOf(task.id) }],
              },
            ],
          },
        ];
      });
      return { tasks: told };
    }),
    on(ListServiceDeploymentsCommand, ({ service, nextToken }) => {
      const { page, next } = pageOf(at(service).deployments, nextToken);
      const serviceDeployments = page.map(({ id, status, createdAt }) => ({
        targetServiceRevisionArn: id,
        status,
        createdAt,
        ...(status === "ROLLBACK_SUCCESSFUL" && { statusReason: "Service deployment rolled back because of circuit breaker" }),
      }));
      return { serviceDeployments, nextToken: next };
    }),
    on(DescribeServiceRevisionsCommand, ({ serviceRevisionArns = [] }) => {
      atMost(20, serviceRevisionArns, refused);
      const known = [...services.values()].flatMap(({ deployments }) => deployments);
      const found = known.filter(({ id }) => serviceRevisionArns.includes(id));
      return { serviceRevisions: found.map(({ id, definition }) => ({ serviceRevisionArn: id, taskDefinition: definition })) };
    }),
  );
  /** Of a target group that is named like its service. */
  const health = ({ TargetGroupArn: name }: DescribeTargetHealthCommandInput) => ({
    TargetHealthDescriptions: at(name)
      .tasks.filter(({ state }) => state === "RUNNING" || state === "healthy" || state === "draining")
      .map(({ id, state }) => ({
        Target: { Id: addressOf(id) },
        TargetHealth: { State: state === "healthy" || state === "draining" ? state : ("initial" as const) },
      })),
  });
  const elb = faked(new ElasticLoadBalancingV2Client({ region, credentials }), on(DescribeTargetHealthCommand, health));
  const scaling = faked(
    new ApplicationAutoScalingClient({ region, credentials }),
    on(RegisterScalableTargetCommand, ({ ResourceId = "", MinCapacity = 0 }) => {
      at(ResourceId.split("/").at(-1)).least = MinCapacity;
      return {};
    }),
  );
  return { ecs, elb, scaling, health, tick, calls, definitions, tagged, tagsOf, services, definitionArn: first.taskDefinitionArn ?? "" };
}
