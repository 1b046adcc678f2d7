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
  const question = await questionFor(ground, at, slot, count);
  if (!question) return [];
  const { region, service, code, needs } = question;
  const what = `room for ${needs} vCPUs more in ${region} (quota ${code})`;
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
      `ask for more, then release again: aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value VCPUS`,
    ),
  ];
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
