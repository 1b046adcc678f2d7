import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { UserError } from "../../base/errors.ts";
import type { Duration } from "../../base/time.ts";
import type { Account, Answer, Caller, Question } from "../../ports/account.ts";
import type { Check, Means } from "./checks/check.ts";
import { asked } from "./failure.ts";
import { inTime } from "./in-time.ts";
import { hearTime } from "./time-told.ts";
import { withClient } from "./with-client.ts";

interface Asking {
  /** Where AWS is asked whose the credentials are. */
  readonly region: string;
  readonly nameServers: Means["nameServers"];
  /** For each question. */
  readonly limit: Duration;
}

/** With the credentials and endpoints that AWS's SDK finds in its environment. */
export function awsAccount({ region, nameServers, limit }: Asking): Account {
  return {
    caller: () => withClient(new STSClient(inTime(region)), (client) => callerInTime(client, AbortSignal.timeout(limit))),
    answer: async (question) => {
      const means = { signal: AbortSignal.timeout(limit), nameServers };
      // Not everything that a check waits for knows the signal: what looks for credentials does not, nor does DNS.
      const ended = new Promise<Answer>((resolve) =>
        means.signal.addEventListener("abort", () => resolve({ is: "unknown", because: "AWS did not answer in time" })),
      );
      return await Promise.race([answer(question.kind, question, means), ended]);
    },
  };
}

type Kind = Question["kind"];

async function answer<K extends Kind>(kind: K, question: Questions[K], means: Means): Promise<Answer> {
  const check = await checks[kind]();
  return await check(question, means);
}

type Questions = { readonly [K in Kind]: Extract<Question, { kind: K }> };

/** Each is loaded when it is used: the clients of AWS's SDK are optional packages, and take their time. */
const checks: { readonly [K in Kind]: () => Promise<Check<K>> } = {
  bootstrap: async () => (await import("./checks/bootstrap.ts")).bootstrap,
  secret: async () => (await import("./checks/secret.ts")).secret,
  bucket: async () => (await import("./checks/bucket.ts")).bucket,
  key: async () => (await import("./checks/key.ts")).key,
  image: async () => (await import("./checks/image.ts")).image,
  certificate: async () => (await import("./checks/certificate.ts")).certificate,
  "certificate of": async () => (await import("./checks/certificate.ts")).certificateOf,
  zone: async () => (await import("./checks/zone.ts")).zone,
  "zone of": async () => (await import("./checks/zone.ts")).zoneOf,
  connection: async () => (await import("./checks/connection.ts")).connection,
  subscription: async () => (await import("./checks/subscription.ts")).subscription,
  quota: async () => (await import("./checks/quota.ts")).quota,
  stack: async () => (await import("./checks/stack.ts")).stack,
  ledger: async () => (await import("./checks/ledger.ts")).ledger,
  part: async () => (await import("./checks/part.ts")).part,
  "transit gateway": async () => (await import("./checks/transit-gateway.ts")).transitGateway,
};

async function callerInTime(client: STSClient, signal: AbortSignal): Promise<Caller> {
  try {
    return await callerOf(client, { abortSignal: signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UserError("engine/failed", "AWS did not say in time whose credentials these are", "see whether AWS can be reached from here");
  }
}

async function callerOf(client: STSClient, options: { readonly abortSignal?: AbortSignal } = {}): Promise<Caller> {
  const { Account: account = "", Arn: arn = "" } = await asked("ask AWS whose credentials these are", () =>
    client.send(new GetCallerIdentityCommand({}), options),
  );
  return { account, arn };
}

/** Throws where the credentials are those of another account, where what has the same name would be moved, and where this machine's clock is wrong. */
export async function refuseOtherAccount(client: STSClient, account: string, environment: string): Promise<void> {
  const time = hearTime(client);
  const caller = await callerOf(client);
  if (caller.account === account) return time.refuseWrongClock();
  throw new UserError(
    "engine/no-credentials",
    `"${environment}" is in the account ${account}, and the credentials here are those of ${caller.account}`,
    "sign in to that account: aws sso login, or set AWS_PROFILE",
  );
}
