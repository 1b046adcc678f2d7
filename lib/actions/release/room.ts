import { UserError } from "../../base/errors.ts";
import { otherSlot } from "../../base/outcome.ts";
import type { Service } from "../../config/schema/service.ts";
import type { Question } from "../../ports/account.ts";
import type { Placement } from "../../release/plan.ts";
import type { Ground } from "./ground.ts";
import type { Region } from "./regions.ts";
import { countIn } from "./settings.ts";

type Quota = Extract<Question, { readonly kind: "quota" }>;

/** What is in the way of so many copies of the candidate beside those that run: the most that its slot may have, and AWS's quota. */
export async function roomFor(ground: Ground, at: Region, live: Placement): Promise<readonly UserError[]> {
  const { environment } = at.place;
  const slot = otherSlot(live.slot);
  const count = countIn(ground.service, slot, live.count);
  const most = mostIn(ground.service, slot);
  if (most !== undefined && count > most) {
    return [
      new UserError(
        "release/no-room",
        `${slot} would get ${count} copies, as many as are live, and may have ${most}`,
        `let the most copies of compute be ${count} or more, and run: sluice deploy ${environment}`,
      ),
    ];
  }
  const vcpus = await questionFor(ground, at, slot, count);
  const asked = [
    ...(vcpus ? [quotaFor(ground, vcpus, "vCPUs more")] : []),
    quotaFor(ground, interfacesFor(ground, at, count), "network interfaces more"),
    ...targetsFor(ground, at, live.count, count).map(({ question, what }) => quotaFor(ground, question, what)),
    addressesFor(ground, at, slot, count),
  ];
  return (await Promise.all(asked)).flat();
}

async function quotaFor(ground: Ground, question: Quota, of: string): Promise<readonly UserError[]> {
  const { region, service, code, needs } = question;
  const what = `room for ${needs} ${of} in ${region} (quota ${code})`;
  const answer = await ground.account.answer(question);
  if (answer.is === "done") return [];
  if (answer.is !== "to do") {
    const because = answer.is === "refused" ? `the credentials here may not ${answer.action}` : answer.because;
    ground.tell({ type: "note", text: `not checked: ${what}: ${because}` });
    return [];
  }
  return [
    new UserError(
      "release/no-room",
      `there is no ${what}: ${answer.because}`,
      `ask for more, then release again: aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value VALUE`,
    ),
  ];
}

/** What AWS gives every account of both (Elastic Load Balancing, User Guide for Application Load Balancers, "Quotas"); fewer need no question. */
const usualTargets = 1000;

/** Codes of Service Quotas: "Targets per Target Group per Region" and "Targets per Application Load Balancer". Where DNS splits, each slot has one. */
function targetsFor({ config, accountId: account }: Ground, { name: region }: Region, running: number, count: number) {
  const both = config.rollout.router === "dns" ? count : running + count;
  return [
    { code: "L-A0D0B863", needs: count, what: "targets of a target group" },
    { code: "L-7E6692B2", needs: both, what: "targets of the load balancer" },
  ].flatMap(({ code, needs, what }) => {
    const question = { kind: "quota", region, account, service: "elasticloadbalancing", code, needs, taken: undefined } as const;
    return needs > usualTargets ? [{ question, what }] : [];
  });
}

/**
 * Each copy has a network interface of its own (Amazon ECS Developer Guide, "Fargate task networking"; Amazon EC2 User Guide, "Elastic network
 * interfaces"). "Network interfaces per Region" (AWS General Reference, "Amazon VPC endpoints and quotas") counts everybody's.
 */
const interfacesFor = ({ accountId: account }: Ground, { name: region }: Region, needs: number): Quota => ({
  kind: "quota",
  region,
  account,
  service: "vpc",
  code: "L-DF5E4CA3",
  needs,
  taken: { of: "interfaces" },
});

/** Both versions run at once, and each copy has an address of its own in one of the subnets. */
async function addressesFor({ tell, service }: Ground, { name, aws }: Region, slot: Slot, count: number): Promise<readonly UserError[]> {
  if (service.compute === undefined) return [];
  const rooms = await addressesSeen(aws, slot);
  if ("because" in rooms) {
    tell({ type: "note", text: `not checked: free addresses in the subnets of ${slot} in ${name}: ${rooms.because}` });
    return [];
  }
  const free = rooms.reduce((sum, one) => sum + one.free, 0);
  const told = rooms.map((one) => `${one.free} in ${one.subnet}`).join(", ");
  if (rooms.length === 0) return [];
  if (free >= count) {
    const share = Math.ceil(count / rooms.length);
    if (rooms.some((one) => one.free < share))
      tell({
        type: "note",
        text: `${slot} gets ${count} copies, and the free addresses for them in ${name} are not spread evenly: ${told}`,
      });
    return [];
  }
  const fix = "free some, let fewer copies run, or give the network larger subnets (cidr of the environment), then release again";
  return [new UserError("release/no-room", `there are ${free} free addresses for ${count} copies of ${slot} in ${name}: ${told}`, fix)];
}

async function addressesSeen(aws: Region["aws"], slot: Slot) {
  try {
    return await aws.room(slot);
  } catch (error) {
    if (error instanceof UserError && error.code === "engine/forbidden") return { because: error.message };
    throw error;
  }
}

type Slot = Placement["slot"];

function mostIn({ compute }: Service, slot: Slot): number | undefined {
  switch (compute?.kind) {
    case "ecs":
      return compute.count.max;
    case "ec2":
      return compute[slot].max;
    case undefined:
      return undefined;
  }
}

/** Amazon EC2 User Guide, "Amazon EC2 On-Demand Instances": the families that share the quota of standard instances. */
const standard = /^[acdhimrtz]\d/;

/** Service Quotas' codes (AWS General Reference, "AWS Fargate endpoints and quotas" and "Amazon EC2 endpoints and quotas"). */
async function questionFor(
  { service: { compute }, accountId: account, tell }: Ground,
  { name: region, aws }: Region,
  slot: Slot,
  count: number,
): Promise<Quota | undefined> {
  if (compute === undefined) return undefined;
  const common = { kind: "quota", region, account, taken: { of: "usage" } } as const;
  // 1024 CPU units are one vCPU.
  if (compute.kind === "ecs") return { ...common, service: "fargate", code: "L-3032A538", needs: (count * compute.cpu) / 1024 };
  const { instanceType } = compute[slot];
  if (!standard.test(instanceType)) {
    tell({ type: "note", text: `not checked: the quota of ${instanceType}, which is none of the standard families` });
    return undefined;
  }
  return { ...common, service: "ec2", code: "L-1216C47A", needs: count * (await aws.vcpusOf(instanceType)) };
}
