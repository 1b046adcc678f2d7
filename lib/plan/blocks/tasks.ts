import { allow, anyResource, type Statement, trusts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Tasks as TaskCompute } from "../../config/schema/compute.ts";
import type { Service } from "../../config/schema/service.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import { logGroup } from "./logs.ts";
import { type Granted, role } from "./role.ts";
import { addressesOf, readsSecret, type SecretOfTasks, secretsOf, type TaskDatabase } from "./task-database.ts";

/** One revision of how a copy runs; a release makes further ones from it, with another image. */
export type TaskDefinition = Resource<"AWS::ECS::TaskDefinition">;

interface TaskNeeds {
  readonly service: Service;
  readonly compute: TaskCompute;
  readonly registryUri: Value<string>;
  readonly registryArn: Value<string>;
  readonly logsKey: Value<string>;
  readonly logDays: number;
  readonly database?: TaskDatabase | undefined;
  /** What it may read before it has a database: a failover puts that into a revision of its own. */
  readonly comes?: SecretOfTasks | undefined;
  /** With which the app encrypts what it stores, if it does. */
  readonly serviceKeyArn?: Value<string>;
}

/** How the copies of a service run, and the two roles that they have. */
export interface Tasks {
  readonly definition: TaskDefinition;
  readonly family: string;
  /** Pulls the image and writes the log. */
  readonly execution: Granted;
  /** What the app itself is. */
  readonly app: Granted;
}

/** The tag of the image that must be there before the first release, or the service never settles (X11). */
export const seedTag = "seed";

/** The name of the role that pulls a service's image: the registry of another account lets it in by name. */
export const executionRole = (service: string): string => `${service}-execution`;

/** How a copy of the service runs: one container on Fargate, its log, and the two roles that ECS keeps apart. */
export function tasks(block: Block, needs: TaskNeeds): Tasks {
  const { site } = block;
  const { service, compute, registryUri, registryArn, logsKey, logDays, database, comes } = needs;
  const trust = trusts("ecs-tasks.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } });
  const log = logGroup(block, service.name, logsKey, logDays);
  const execution = role(block, executionRole(service.name), "Starts the tasks of the service", trust, [
    allow({ actions: "ecr:GetAuthorizationToken", resources: anyResource("RegistryTokensAreForTheWholeAccount") }),
    allow({
      sid: "PullsItsImage",
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: registryArn,
    }),
    allow({ sid: "WritesItsLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: att(log, "Arn") }),
    ...opensIts(site, database ?? comes),
  ]);
  const app = role(block, `${service.name}-task`, "Is the app of the service", trust, rightsOf(site, needs));
  const family = block.name("task-family", service.name);
  const definition = block.add(
    "Task",
    "AWS::ECS::TaskDefinition",
    {
      Family: family,
      RequiresCompatibilities: ["FARGATE"],
      NetworkMode: "awsvpc",
      Cpu: String(compute.cpu),
      Memory: String(compute.memory),
      RuntimePlatform: { CpuArchitecture: compute.architecture === "arm64" ? "ARM64" : "X86_64", OperatingSystemFamily: "LINUX" },
      ExecutionRoleArn: att(execution.role, "Arn"),
      TaskRoleArn: att(app.role, "Arn"),
      ContainerDefinitions: [
        {
          Name: service.name,
          Image: sub(`\${Registry}:${seedTag}`, { Registry: registryUri }),
          Essential: true,
          PortMappings: [{ ContainerPort: service.port, Protocol: "tcp" }],
          Environment: Object.entries(variablesOf(needs)).map(([Name, Value]) => ({ Name, Value })),
          ...(database && { Secrets: secretsOf(database) }),
          LinuxParameters: { InitProcessEnabled: true },
          // Amazon ECS API reference, ContainerDefinition: stopTimeout, 2 to 120 seconds on Fargate.
          StopTimeout: Math.max(2, Math.min(120, Math.ceil(service.grace / 1000))),
          LogConfiguration: {
            LogDriver: "awslogs",
            Options: {
              "awslogs-group": ref(log),
              "awslogs-region": site.region,
              "awslogs-stream-prefix": service.name,
              mode: "non-blocking",
            },
          },
        },
      ],
      Tags: site.tags,
    },
    // Running tasks keep using a revision that the plan has replaced. A service names the family, so that a new revision moves nothing until
    // a release makes its own from it.
    { after: execution.policies, keep: "retain", proves: ["D02"] },
  );
  return { definition, family, execution, app };
}

/** What the app may: read the secret again when somebody has changed it under its connections, and use the key that is its own. */
function rightsOf(site: Site, { service, database, comes, serviceKeyArn }: TaskNeeds): readonly Statement[] {
  return [
    ...opensIts(site, database ?? comes),
    ...(!service.encrypts || serviceKeyArn === undefined
      ? []
      : [allow({ sid: "EncryptsWhatItStores", actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], resources: serviceKeyArn })]),
  ];
}

const opensIts = (site: Site, secret?: SecretOfTasks): readonly Statement[] => (secret ? readsSecret(site, secret) : []);

function variablesOf({ service, database, serviceKeyArn }: TaskNeeds): Readonly<Record<string, Value<string>>> {
  return {
    ...service.env,
    PORT: String(service.port),
    ...(database && addressesOf(database)),
    ...(service.encrypts && serviceKeyArn !== undefined && { ENCRYPTION_KEY_ARN: serviceKeyArn }),
  };
}
