import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { alarmsOf } from "../../../lib/worlds/aws/alarms.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";

const skip = whyNo("moto");

/** In an emulator that nobody here wrote. */
describe.skipIf(skip !== undefined)(`alarms in moto${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let moto: Awaited<ReturnType<typeof emulator>>;
  let client: CloudWatchClient;
  beforeAll(async () => {
    moto = await emulator("moto");
    client = new CloudWatchClient({ region, credentials, endpoint: moto.url });
  }, 120_000);
  beforeEach(() => moto.reset());
  afterAll(() => moto.close());

  const make = (AlarmName: string) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: "AWS/ApplicationELB",
        MetricName: "UnHealthyHostCount",
        Statistic: "Maximum",
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
      }),
    );
  const say = (AlarmName: string, StateValue: "OK" | "ALARM" | "INSUFFICIENT_DATA", StateReason: string) =>
    client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));

  it("B06 an alarm is told as CloudWatch keeps it: well, without data, or firing with its reason and since when; and one that is not there as gone", async () => {
    for (const name of ["well", "resting", "firing"]) await make(name);
    await say("well", "OK", "Threshold not crossed");
    await say("resting", "INSUFFICIENT_DATA", "no data points");
    const before = Date.now();
    await say("firing", "ALARM", "Threshold Crossed: 2 out of the last 3 datapoints");
    const [firing, ...others] = await alarmsOf(client, ["firing", "well", "resting", "nobody"]);
    expect(firing).toMatchObject({ name: "firing", is: "firing", because: "Threshold Crossed: 2 out of the last 3 datapoints" });
    expect(firing?.is === "firing" && firing.since).toBeGreaterThanOrEqual(before - 1_000);
    expect(others.map(({ name, is }) => `${name} ${is}`)).toEqual(["well ok", "resting silent", "nobody gone"]);
  });
});
