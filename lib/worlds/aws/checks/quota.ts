import { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client, type Tag } from "@aws-sdk/client-ec2";
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { Question } from "../../../ports/account.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, type Means, toDo } from "./check.ts";

type Quota = Extract<Question, { kind: "quota" }>;

/** What the plan needs fits beside what is there already, where that can be counted. */
export const quota: Check<"quota"> = async (question, means) => {
  const { needs, taken } = question;
  const limit = await allowed(question, means);
  if (limit.is !== "told") return limit;
  if (!taken) {
    const because = `AWS allows ${limit.value}, the plan needs ${needs}`;
    return limit.value >= needs ? done(`${because}; what else runs there counts, too`) : toDo(because);
  }
  const others = await counted(question, taken, means);
  if (others.is !== "told") return others;
  const because = `AWS allows ${limit.value}, others have ${others.value}, the plan needs ${needs}`;
  return limit.value - others.value >= needs ? done(because) : toDo(because);
};

/** What the account was given, or what every account is given: some quotas have no other value (Service Quotas API Reference, GetServiceQuota). */
function allowed({ region, service: ServiceCode, code: QuotaCode }: Quota, means: Means) {
  return withClient(new ServiceQuotasClient({ region }), async (client) => {
    const wanted = { ServiceCode, QuotaCode };
    const asked = await call(means, "servicequotas:GetServiceQuota", (options) =>
      client.send(new GetServiceQuotaCommand(wanted), options).catch((error: unknown) => {
        if (error instanceof Error && error.name === "NoSuchResourceException") return undefined;
        throw error;
      }),
    );
    if (asked.is !== "told") return asked;
    if (asked.value !== undefined) return valueIn(asked.value);
    const usual = await call(means, "servicequotas:GetAWSDefaultServiceQuota", (options) =>
      client.send(new GetAWSDefaultServiceQuotaCommand(wanted), options),
    );
    return usual.is === "told" ? valueIn(usual.value) : usual;
  });
}

function valueIn({ Quota: found }: { readonly Quota?: { readonly Value?: number | undefined } | undefined }) {
  if (found?.Value === undefined) return { is: "unknown", because: "AWS tells no value of the quota" } as const;
  return { is: "told", value: found.Value } as const;
}

/** How many there are in the region but for the plan's own. */
function counted({ region }: Quota, { of, without }: NonNullable<Quota["taken"]>, means: Means) {
  const others = (all: readonly { readonly Tags?: Tag[] | undefined }[] = []) =>
    all.filter(
      ({ Tags = [] }) => !Object.entries(without).every(([Key, Value]) => Tags.some((tag) => tag.Key === Key && tag.Value === Value)),
    ).length;
  return withClient(new EC2Client({ region }), (client) =>
    of === "addresses"
      ? call(means, "ec2:DescribeAddresses", async (options) =>
          others((await client.send(new DescribeAddressesCommand({}), options)).Addresses),
        )
      : call(means, "ec2:DescribeVpcs", async (options) => others((await client.send(new DescribeVpcsCommand({}), options)).Vpcs)),
  );
}
