import type { Region } from "../aws/regions.ts";
import type { Config } from "../config/config.ts";
import type { Stack, Type } from "../plan/template.ts";

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
}

/** As much of a region of an environment as its quotas depend on. */
interface Held {
  readonly region: Region;
  readonly stacks: readonly Stack[];
  readonly config: Config;
}

/** A step for each quota that the plan draws on. What the account holds besides is not known here. */
export function quotaSteps({ region, stacks, config }: Held) {
  return quotasOf(stacks, config)
    .filter(({ needs }) => needs > 0)
    .map(({ what, service, code, needs, counts, given }) => ({
      id: `quota ${code} ${region}`,
      what: `${what} in ${region}: room for ${needs}`,
      is: "unknown" as const,
      because: `${counts === "" ? `the plan needs ${needs}` : counts}; ${givenWords(given, needs)}`,
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

/** Service Quotas' codes; defaults by AWS General Reference, "Amazon VPC endpoints and quotas" and "Amazon EC2 endpoints and quotas". */
function quotasOf(stacks: readonly Stack[], { services }: Config): readonly Quota[] {
  const tasks = services.flatMap(({ compute }) => (compute?.kind === "ecs" ? [compute] : []));
  const count = (type: Type): number => stacks.flatMap(({ resources }) => resources).filter((resource) => resource.type === type).length;
  const none = { counts: "", given: 5 } as const;
  // Both colours run while a release shifts traffic; 1024 CPU units are one vCPU.
  const vcpus = tasks.reduce((sum, { count: { max }, cpu }) => sum + (2 * max * cpu) / 1024, 0);
  return [
    { what: "elastic IP addresses", service: "ec2", code: "L-0263D0A3", needs: count("AWS::EC2::EIP"), ...none },
    { what: "VPCs", service: "vpc", code: "L-F678F1CE", needs: count("AWS::EC2::VPC"), ...none },
    {
      what: "vCPUs on Fargate",
      service: "fargate",
      code: "L-3032A538",
      needs: vcpus,
      counts: `${tasks.map(({ count: { max }, cpu }) => `${max} copies of ${cpu / 1024} vCPU`).join(", ")} in each of two colours`,
      given: undefined,
    },
  ];
}
