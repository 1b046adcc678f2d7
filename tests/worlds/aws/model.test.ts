import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { whyNoModels } from "./model.ts";

it("X11 every stand-in for something of AWS is named in docs/judges.md", () => {
  const judges = readFileSync("docs/judges.md", "utf8");
  const standIns = globSync("tests/worlds/aws/*.ts")
    .filter((file) => !file.endsWith(".test.ts") && /\b(faked|createServer)\(/.test(readFileSync(file, "utf8")))
    .map((file) => path.basename(file));
  // It asks for a free port.
  expect(standIns.filter((name) => name !== "emulator.ts" && !judges.includes(name))).toEqual([]);
  expect(standIns).toContain("codedeploy.ts");
});

const why = whyNoModels();

describe.skipIf(why !== undefined)(`a fake, held against AWS's own models${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const services = (...told: readonly Service[]) =>
    faked(
      new ECSClient({ region, credentials }),
      on(DescribeServicesCommand, () => ({ services: [...told] })),
    );
  const looking = (client: ECSClient, names: readonly string[]) => client.send(new DescribeServicesCommand({ services: [...names] }));

  it("answers what the service could have said", async () => {
    const told = { serviceName: "web", createdAt: new Date(0), desiredCount: 2, schedulingStrategy: "REPLICA" } as const;
    expect((await looking(services(told), ["web"])).services).toEqual([told]);
  });

  it.each([
    ["a member that it has not", { color: "blue" }, "DescribeServices output.services.0 has no color"],
    ["a value that it never has", { schedulingStrategy: "SOMETIMES" }, "is one of REPLICA, DAEMON, and not SOMETIMES"],
    ["another type", { desiredCount: "two" }, 'desiredCount is a integer, and not "two"'],
    ["a time that is a text", { createdAt: "1970-01-01" }, "createdAt is a timestamp"],
    ["one thing for several", { events: {} }, "DescribeServices output.services.0.events is a list"],
  ])("does not answer %s", async (_, told, says) => {
    // The SDK's types know most of these; a fake may be written past them.
    await expect(looking(services(told as object), ["web"])).rejects.toThrow(says);
  });

  it("is asked no call that lacks what the service requires", async () => {
    const client = faked(
      new ECSClient({ region, credentials }),
      on(UpdateServiceCommand, () => ({})),
    );
    const call = new UpdateServiceCommand({ cluster: "main", service: undefined });
    await expect(client.send(call)).rejects.toThrow("UpdateService input needs service");
  });

  it("is asked for no more than the service takes", async () => {
    const client = faked(
      new CloudWatchClient({ region, credentials }),
      on(DescribeAlarmsCommand, () => ({ MetricAlarms: [] })),
    );
    const asking = (count: number) =>
      client.send(new DescribeAlarmsCommand({ AlarmNames: Array.from({ length: count }, (_, at) => `alarm-${at}`) }));
    await expect(asking(100)).resolves.toMatchObject({ MetricAlarms: [] });
    await expect(asking(101)).rejects.toThrow("DescribeAlarms input.AlarmNames is of any to 100, and not 101");
    await expect(client.send(new DescribeAlarmsCommand({ AlarmNames: [""] }))).rejects.toThrow("AlarmNames.0 is of 1 to 255, and not 0");
  });

  it.each(["ServiceNotFoundException", "ThrottlingException"])("refuses with %s, which the service may answer", async (name) => {
    await expect(client(name).send(new UpdateServiceCommand({ service: "web" }))).rejects.toMatchObject({ name });
  });

  it("refuses with no error that the operation does not know", async () => {
    const call = client("NoSuchBucket").send(new UpdateServiceCommand({ service: "web" }));
    await expect(call).rejects.toThrow(/UpdateService answers no NoSuchBucket, but .*ServiceNotFoundException/);
  });

  const client = (name: string) =>
    faked(
      new ECSClient({ region, credentials }),
      on(UpdateServiceCommand, () => {
        throw Object.assign(new Error("no"), { name });
      }),
    );
});
