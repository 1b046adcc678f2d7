import {
  DurableExecutionAlreadyStartedException,
  GetDurableExecutionCommand,
  type GetDurableExecutionCommandOutput,
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { expect, it } from "vitest";
import { executionOf } from "../../../lib/worlds/aws/execution-of.ts";
import { placeOf, releaseHostOf } from "../../../lib/worlds/aws/place.ts";
import { releaseFunction } from "../../../lib/worlds/aws/release-function.ts";
import { credentials, region } from "./credentials.ts";
import { config, mapWith } from "./environment.ts";
import { faked, on } from "./fake.ts";

const alias = `arn:aws:lambda:${region}:222222222222:function:catalog-production-euw1-release:current`;
const map = mapWith({ ReleaseHostArn: alias });
const event = { release: "r-20261128-101500-123", place: placeOf(map, config, "catalog.example.com") };
const arnOf = (name: string) => `${alias.replace(/current$/, "7")}/durable-execution/${name}/1`;

type Status = NonNullable<GetDurableExecutionCommandOutput["Status"]>;

/** Lambda, which knows these executions, and refuses those names. */
function lambda(known: Readonly<Record<string, Status>> = {}, refused: readonly string[] = []) {
  const invoked: string[] = [];
  const client = faked(
    new LambdaClient({ region, credentials }),
    on(InvokeCommand, ({ DurableExecutionName = "" }) => {
      invoked.push(DurableExecutionName);
      if (refused.includes(DurableExecutionName)) throw new DurableExecutionAlreadyStartedException({ message: "already", $metadata: {} });
      return { StatusCode: 202, DurableExecutionArn: arnOf(DurableExecutionName) };
    }),
    on(GetDurableExecutionCommand, ({ DurableExecutionArn = "" }) => {
      const Status = known[DurableExecutionArn];
      if (Status === undefined) throw new ResourceNotFoundException({ message: "unknown", $metadata: {} });
      const failure = Status === "FAILED" && { Error: { ErrorMessage: "no way to AWS" } };
      return {
        DurableExecutionArn,
        DurableExecutionName: "",
        FunctionArn: "",
        StartTimestamp: new Date(0),
        Status,
        ...failure,
      };
    }),
  );
  return { carrier: releaseFunction({ client, alias, environment: "production" }), invoked };
}

it("X04 the map of an environment names the function by the alias that it is invoked by, and one without it says what to do", () => {
  expect(releaseHostOf(map)).toBe(alias);
  const without = { ...map, stacks: map.stacks.filter(({ part }) => part !== "release") };
  expect(() => releaseHostOf(without)).toThrow(
    expect.objectContaining({ code: "world/unsupported", fix: "run: sluice deploy production" }),
  );
});

it("X05 a release that runs already is not begun again: its name is that of the execution", async () => {
  const { carrier, invoked } = lambda({ [arnOf(event.release)]: "RUNNING" });
  expect(await carrier.start(event)).toBe(arnOf(event.release));
  expect(await carrier.start(event)).toBe(arnOf(event.release));
  expect(invoked).toEqual([event.release, event.release]);
});

it("X05 one that was begun a moment ago, of which Lambda does not tell yet, is taken for begun", async () => {
  expect(await lambda().carrier.start(event)).toBe(arnOf(event.release));
});

it.each<Status>(["FAILED", "STOPPED", "TIMED_OUT", "SUCCEEDED"])(
  "X05 after one that is %s comes another, under the next name",
  async (status) => {
    const { carrier, invoked } = lambda({ [arnOf(event.release)]: status, [arnOf(`${event.release}-2`)]: status });
    expect(await carrier.start(event)).toBe(arnOf(`${event.release}-3`));
    expect(invoked).toEqual([event.release, `${event.release}-2`, `${event.release}-3`]);
    // AWS Lambda API reference, Invoke: DurableExecutionName.
    for (const name of invoked) expect(name).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
  },
);

it("X05 a name that was used with another event, as before a deploy, is passed over", async () => {
  const { carrier } = lambda({}, [event.release]);
  expect(await carrier.start(event)).toBe(arnOf(`${event.release}-2`));
});

it("X05 where somebody deleted the function or its alias, it says which, and that a deploy makes it again", async () => {
  const client = faked(
    new LambdaClient({ region, credentials }),
    on(InvokeCommand, () => {
      throw new ResourceNotFoundException({ message: "Function not found", $metadata: {} });
    }),
  );
  await expect(releaseFunction({ client, alias, environment: "production" }).start(event)).rejects.toMatchObject({
    code: "world/changed",
    message: expect.stringContaining(alias),
    fix: expect.stringContaining("sluice doctor production"),
  });
});

it("X04 says how an execution stands, and with which error it failed", async () => {
  const { carrier } = lambda({ [arnOf("a")]: "RUNNING", [arnOf("b")]: "FAILED", [arnOf("c")]: "TIMED_OUT" });
  expect(await Promise.all(["a", "b", "c", "d"].map((name) => carrier.look(arnOf(name))))).toEqual([
    { is: "running" },
    { is: "ended", because: "it failed: no way to AWS" },
    { is: "ended", because: "it took longer than it may" },
    { is: "unknown" },
  ]);
});

it("X06 a holder of the ledger is known for an execution by what it calls its start", () => {
  const process = { name: "ana", host: "here", pid: 7, started: "81234" };
  expect(executionOf(process)).toBeUndefined();
  expect(executionOf({ ...process, pid: 0, started: arnOf("r-1") })).toBe(arnOf("r-1"));
});
