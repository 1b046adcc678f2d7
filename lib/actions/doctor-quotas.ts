import type { Config } from "../config/config.ts";
import type { Stack, Type } from "../plan/template.ts";
import type { Ground, Step } from "./doctor-step.ts";

/** What an account must be able to hold, with what AWS gives a new one. */
interface Quota {
  readonly what: string;
  readonly service: string;
  readonly code: string;
  readonly needs: number;
  /** How the number comes about, or "". */
  readonly counts: string;
  /** Undefined where AWS gives accounts different ones. */
  readonly given: number | undefined;
  /** What can be counted in the account. */
  readonly counted: "addresses" | "networks" | undefined;
}

/** A step for each quota that the plan draws on. What the account holds besides is not known here. */
export function quotaSteps({ account, region, stacks, config, environment }: Ground): readonly Step[] {
  const without = { Project: config.project, Environment: environment.name };
  return quotasOf(stacks, config)
    .filter(({ needs }) => needs > 0)
    .map(({ what, service, code, needs, counts, given, counted }) => ({
      id: `quota ${code} ${region}`,
      what: `${what} in ${region}: room for ${needs}`,
      question: { kind: "quota", region, account, service, code, needs, taken: counted && { of: counted, without } },
      hint: `${counts === "" ? `the plan needs ${needs}` : counts}; ${givenWords(given, needs)}`,
      run: [
        `aws service-quotas get-service-quota --region ${region} --service-code ${service} --quota-code ${code} --query Quota.Value`,
        ...(given !== undefined && needs > given
          ? [
              `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${needs}`,
            ]
          : []),
      ],
    }));
}

function givenWords(given: number | undefined, needs: number): string {
  if (given === undefined) return "what an account is given differs, and new ones get little";
  return needs > given
    ? `AWS gives ${given} unless more were asked for`
    : `AWS gives ${given} for everything in the region, unless more were asked for`;
}

/** What functions keep for themselves of the executions that may run at once. */
const reservedIn = (stacks: readonly Stack[]): readonly number[] =>
  stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === "AWS::Lambda::Function")
    .map(({ properties }) => Number(Reflect.get(properties, "ReservedConcurrentExecutions") ?? 0))
    .filter((own) => own > 0);

/** AWS Lambda Developer Guide, "Configuring reserved concurrency for a function"; "Lambda quotas": new accounts have fewer than 1,000. */
const leftUnreserved = 100;

/** Service Quotas' codes; defaults by AWS General Reference, "Amazon VPC endpoints and quotas" and "Amazon EC2 endpoints and quotas". */
function quotasOf(stacks: readonly Stack[], { services }: Config): readonly Quota[] {
  const count = (type: Type): number => stacks.flatMap(({ resources }) => resources).filter((resource) => resource.type === type).length;
  // What is beside the service in another region or account, such as CloudFront, a pipeline or copies of data, runs no task.
  const tasks = count("AWS::ECS::Service") === 0 ? [] : services.flatMap(({ compute }) => (compute?.kind === "ecs" ? [compute] : []));
  const reserved = reservedIn(stacks);
  const none = { counts: "", given: 5 } as const;
  // Both colours run while a release shifts traffic; 1024 CPU units are one vCPU.
  const vcpus = tasks.reduce((sum, { count: { max }, cpu }) => sum + (2 * max * cpu) / 1024, 0);
  return [
    { what: "elastic IP addresses", service: "ec2", code: "L-0263D0A3", needs: count("AWS::EC2::EIP"), counted: "addresses", ...none },
    { what: "VPCs", service: "vpc", code: "L-F678F1CE", needs: count("AWS::EC2::VPC"), counted: "networks", ...none },
    {
      what: "vCPUs on Fargate",
      service: "fargate",
      code: "L-3032A538",
      needs: vcpus,
      counts: `${tasks.map(({ count: { max }, cpu }) => `${max} copies of ${cpu / 1024} vCPU`).join(", ")} in each of two colours`,
      given: undefined,
      counted: undefined,
    },
    {
      what: "concurrent executions of functions",
      service: "lambda",
      code: "L-B99A9384",
      needs: reserved.length === 0 ? 0 : reserved.reduce((sum, own) => sum + own, leftUnreserved),
      counts: `${reserved.join(" and ")} are reserved for functions, and AWS takes no reservation that leaves fewer than ${leftUnreserved} to all others`,
      given: undefined,
      counted: undefined,
    },
  ];
}
