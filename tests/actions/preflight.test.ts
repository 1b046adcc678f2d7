import path from "node:path";
import { describe, expect, it } from "vitest";
import { alarmsOf, watched } from "../../lib/actions/release/alarms.ts";
import { preflight } from "../../lib/actions/release/preflight.ts";
import type { Region } from "../../lib/actions/release/regions.ts";
import { UserError } from "../../lib/base/errors.ts";
import { weight } from "../../lib/base/outcome.ts";
import { duration, instant } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import type { Answer, Question } from "../../lib/ports/account.ts";
import type { Driver } from "../../lib/ports/driver.ts";
import type { AlarmState } from "../../lib/ports/meter.ts";
import type { World } from "../../lib/ports/world.ts";
import { foldLedger } from "../../lib/release/state.ts";
import type { Origin } from "../../lib/worlds/aws/builds.ts";
import { codeDeployDriver } from "../../lib/worlds/aws/codedeploy.ts";
import { ledgerOf, placeOf } from "../../lib/worlds/aws/place.ts";
import type { Room } from "../../lib/worlds/aws/subnets.ts";
import { simulatedWorld } from "../../lib/worlds/simulated/world.ts";
import { fold } from "../release/chronicle.ts";
import { codeDeployed } from "../worlds/aws/codedeploy.ts";
import { mapWith, config as systemA, systemB } from "../worlds/aws/environment.ts";
import { image } from "../worlds/aws/systems.ts";

/** System D, whose callers CodeDeploy moves. */
const { config: systemD } = await loadConfig(path.join(import.meta.dirname, "../../examples/d-container-pipeline"));

interface Given {
  readonly config?: Config;
  readonly alarms?: readonly AlarmState[];
  readonly room?: Answer;
  readonly interfaces?: Answer;
  readonly origin?: Origin;
  /** Free addresses in each of the subnets. */
  readonly free?: () => Promise<readonly Room[]>;
  /** Copies of the live version, in blue. */
  readonly copies?: number;
  /** Green's share of the traffic. */
  readonly moved?: number;
  readonly artifact?: () => Promise<ReturnType<typeof image>>;
  /** What whoever asks the test listener from here sees, if not its answer. */
  readonly silent?: string;
  readonly driver?: Driver;
  readonly regions?: readonly ("eu-west-1" | "us-west-2")[];
  /** The image that the ledger says is live in blue, where there was a release before. */
  readonly before?: string;
}

const builtBy = (of: Config): Config => ({ ...of, rollout: { ...of.rollout, builtBy: "orders-image" } });
const well: Answer = { is: "done", because: "" };

/** A world in which image 1 runs in blue. */
function worldWith({ alarms = [], copies = 5, moved = 0, silent, driver }: Given): World {
  const world = simulatedWorld("green");
  return {
    ...world,
    meter: { ...world.meter, alarms: async () => alarms },
    router: { ...world.router, weight: async () => weight(moved), byHand: async (slot) => `give all to ${slot}` },
    fleet: {
      ...world.fleet,
      status: async () => ({ digest: image("1").digest, version: "v1", wanted: copies, instances: [], inFlight: 0, trouble: [] }),
    },
    probe: { ask: async () => [{ check: "", ok: silent === undefined, saw: silent ?? "" }] },
    ...(driver && { driver }),
  };
}

/** Looks before a release of image 2 to system A, where image 1 runs and all is well but for what is given. */
async function look(given: Given = {}) {
  const {
    config = systemA,
    alarms = [],
    room = well,
    interfaces = well,
    origin = { is: "unknown", builds: 3 },
    regions = ["eu-west-1"],
    before,
  } = given;
  const told: string[] = [];
  const asked: Question[] = [];
  const [service] = config.services;
  const map = mapWith({}, config);
  const opened = regions.map((name): Region => {
    const place = { ...placeOf(map, config, "orders.example.com", { service, region: ledgerOf(map).region }), region: name };
    const aws: Region["aws"] = {
      world: () => worldWith(given),
      refuseOtherAccount: async () => {},
      releaseFunction: () => {
        throw new Error("nothing here runs in Lambda");
      },
      artifact: given.artifact ?? (async () => image("2")),
      originOf: async () => origin,
      keep: async () => {
        throw new Error("nothing is changed before there is a plan");
      },
      vcpusOf: async () => 2,
      room: given.free ?? (async () => []),
      credentialsEnd: async () => undefined,
      close: () => {},
    };
    return { name, bake: duration(0), place, aws };
  });
  const [first, ...others] = opened;
  if (!first) throw new Error("there is a region");
  const cleared = await preflight({
    config,
    service,
    regions: [first, ...others],
    version: "v2",
    accountId: "222222222222",
    account: {
      answer: async (question) => {
        asked.push(question);
        return question.kind === "quota" && question.code === "L-DF5E4CA3" ? interfaces : room;
      },
    },
    alarms: () => alarms.map(({ name }) => name),
    before: before === undefined ? foldLedger([]) : fold(["seeded", { live: { slot: "blue", artifact: image(before), count: 5 } }]),
    tell: (event) => told.push(event.type === "note" ? event.text : event.type),
  }).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  return { cleared, told, asked };
}

const firing = { name: "web-blue-errors", is: "firing", since: instant(Date.UTC(2026, 0, 2, 3, 4)), because: "2 of 3 above 1 %" } as const;

describe("X06 before a release", () => {
  it("lets it begin where all is well, with as many copies as are live, and says what nobody has checked", async () => {
    const { cleared, told } = await look({ alarms: [{ name: "cpu", is: "silent", since: instant(0), because: "no data" }] });
    expect(cleared).toMatchObject({
      lives: [{ where: "web/eu-west-1", live: { slot: "blue", artifact: { digest: image("1").digest }, count: 5 } }],
      artifacts: [image("2")],
    });
    expect(told).toEqual(["not checked: who built v2, as rollout.builtBy names no project of CodeBuild"]);
  });

  it("an alarm that fires is named, with since when, why, and how a version is released that mends it", async () => {
    expect((await look({ alarms: [firing] })).cleared).toMatchObject({
      code: "release/alarm",
      message: "web-blue-errors fires since 2026-01-02T03:04:00.000Z: 2 of 3 above 1 %",
      fix: expect.stringContaining("sluice release production --version v2 --despite web-blue-errors"),
    });
  });

  it("an alarm that is not there is a gate that sees nothing", async () => {
    expect((await look({ alarms: [{ name: "orders-stalled", is: "gone" }] })).cleared).toMatchObject({
      code: "release/alarm",
      message: "there is no alarm orders-stalled in eu-west-1, so that nobody would see it fire",
    });
  });

  it("the candidate's vCPUs must fit beside what is in use, of Fargate or of standard instances", async () => {
    const [cpu] = [systemA.services[0].compute].flatMap((compute) => (compute?.kind === "ecs" ? [compute.cpu] : []));
    const { asked } = await look();
    const interfaces = expect.objectContaining({ service: "vpc", code: "L-DF5E4CA3", needs: 5, taken: { of: "interfaces" } });
    expect(asked).toEqual([
      expect.objectContaining({ service: "fargate", code: "L-3032A538", needs: (5 * (cpu ?? 0)) / 1024, taken: { of: "usage" } }),
      interfaces,
    ]);
    const onMachines = await look({ config: systemB("listener") });
    expect(onMachines.asked).toEqual([expect.objectContaining({ service: "ec2", code: "L-1216C47A", needs: 10 }), interfaces]);
    const { cleared } = await look({ room: { is: "to do", because: "AWS allows 6, in use are 4, and 5 must fit" } });
    expect(cleared).toMatchObject({
      code: "release/no-room",
      message: expect.stringContaining("AWS allows 6, in use are 4, and 5 must fit"),
      fix: expect.stringContaining("--quota-code L-3032A538"),
    });
  });

  it("X06 the candidate's copies need network interfaces beside those of everybody in the region", async () => {
    const { cleared } = await look({ interfaces: { is: "to do", because: "AWS allows 5000, in use are 4998, and 5 must fit" } });
    expect(cleared).toMatchObject({
      code: "release/no-room",
      message:
        "there is no room for 5 network interfaces more in eu-west-1 (quota L-DF5E4CA3): AWS allows 5000, in use are 4998, and 5 must fit",
      fix: expect.stringContaining("--service-code vpc --quota-code L-DF5E4CA3"),
    });
  });

  it("a quota that may not be asked for stops nobody, and is said", async () => {
    const { cleared, told } = await look({ room: { is: "refused", action: "servicequotas:GetServiceQuota", because: "no" } });
    expect(cleared).toHaveProperty("artifacts", [image("2")]);
    expect(told.join()).toContain("the credentials here may not servicequotas:GetServiceQuota");
  });

  it("more copies than the slot may have are refused before anything is asked to start them", async () => {
    expect((await look({ copies: 31 })).cleared).toMatchObject({
      code: "release/no-room",
      message: "green would get 31 copies, as many as are live, and may have 30",
    });
  });

  const subnets =
    (...free: readonly number[]) =>
    async () =>
      free.map((one, at) => ({ subnet: `subnet-${at + 1}`, free: one }));

  it("X06 the candidate's copies need addresses of their own beside those of the live version", async () => {
    expect((await look({ free: subnets(3, 1) })).cleared).toMatchObject({
      code: "release/no-room",
      message: "there are 4 free addresses for 5 copies of green in eu-west-1: 3 in subnet-1, 1 in subnet-2",
    });
    const enough = await look({ free: subnets(3, 3) });
    expect(enough.cleared).toHaveProperty("artifacts", [image("2")]);
    expect(enough.told.filter((text) => text.includes("addresses"))).toEqual([]);
    const uneven = await look({ free: subnets(5, 0) });
    expect(uneven.cleared).toHaveProperty("artifacts", [image("2")]);
    expect(uneven.told).toContain(
      "green gets 5 copies, and the free addresses for them in eu-west-1 are not spread evenly: 5 in subnet-1, 0 in subnet-2",
    );
  });

  it("X06 who may not count addresses is told, and stopped by nothing", async () => {
    const forbidden = () => Promise.reject(new UserError("engine/forbidden", "you may not ec2:DescribeSubnets", ""));
    const { cleared, told } = await look({ free: forbidden });
    expect(cleared).toHaveProperty("artifacts", [image("2")]);
    expect(told).toContain("not checked: free addresses in the subnets of green in eu-west-1: you may not ec2:DescribeSubnets");
  });

  it("X06 more targets than AWS gives every account are asked about: of the group, and of the load balancer for both versions", async () => {
    const count = (max: number): Config => {
      const [web, ...others] = systemA.services;
      if (web.compute?.kind !== "ecs") throw new Error("system A runs on ECS");
      return { ...systemA, services: [{ ...web, compute: { ...web.compute, count: { min: 2, max } } }, ...others] };
    };
    const codes = async (copies: number) =>
      (await look({ config: count(3000), copies })).asked.flatMap((one) => (one.kind === "quota" ? [`${one.code} ${one.needs}`] : []));
    expect((await codes(500)).filter((one) => !/^L-(3032A538|DF5E4CA3)/.test(one))).toEqual([]);
    expect(await codes(501)).toContain("L-7E6692B2 1002");
    expect((await codes(1001)).filter((one) => !/^L-(3032A538|DF5E4CA3)/.test(one))).toEqual(["L-A0D0B863 1001", "L-7E6692B2 2002"]);
    const full = await look({ config: count(3000), copies: 501, room: { is: "to do", because: "AWS allows 1000" } });
    expect(full.cleared).toMatchObject({ details: expect.arrayContaining([expect.stringContaining("--quota-code L-7E6692B2")]) });
  });

  it("C06 an image that no build of the named project pushed, or one that did not end well, is refused", async () => {
    const config = builtBy(systemA);
    const built = await look({ config, origin: { is: "built", build: "orders-image:7", initiator: "codepipeline/orders" } });
    expect(built.cleared).toHaveProperty("artifacts", [image("2")]);
    expect(built.told).toEqual(["v2 was pushed by orders-image:7, which codepipeline/orders started"]);
    expect((await look({ config })).cleared).toMatchObject({
      code: "version/unproven",
      message: `none of the newest 3 builds of orders-image that ended well has pushed v2 (sha256:${image("2").digest})`,
    });
    expect((await look({ config, origin: { is: "unfinished", build: "orders-image:8", status: "FAILED" } })).cleared).toMatchObject({
      code: "version/unproven",
      message: "v2 was pushed by orders-image:8, which ended as FAILED",
      fix: expect.stringMatching(/aws codebuild list-builds-for-project --region eu-west-1 --project-name orders-image$/),
    });
    expect((await look({ config, origin: { is: "unfinished", build: "orders-image:9", status: "IN_PROGRESS" } })).cleared).toMatchObject({
      code: "version/unproven",
      message: "v2 was pushed by orders-image:9, which has not ended",
      fix: expect.stringMatching(/^wait .* aws codebuild batch-get-builds --region eu-west-1 --ids orders-image:9$/),
    });
  });

  it("C06 an archive is asked about like an image, by the digest of what it holds", async () => {
    const machines = systemB("listener");
    const built = await look({ config: builtBy(machines), origin: { is: "built", build: "orders-image:7", initiator: "ana" } });
    expect(built.told.filter((text) => text.includes("orders-image"))).toEqual(["v2 was pushed by orders-image:7, which ana started"]);
    expect((await look({ config: builtBy(machines) })).cleared).toMatchObject({
      code: "version/unproven",
      message: expect.stringContaining(`(sha256:${image("2").digest})`),
    });
    const { told } = await look({ config: machines });
    expect(told).toContain("not checked: who built v2, as rollout.builtBy names no project of CodeBuild");
  });

  it("everything that stands in the way is told at once, each with what to do", async () => {
    const { cleared } = await look({
      config: builtBy(systemA),
      alarms: [firing],
      room: { is: "to do", because: "AWS allows 6" },
      moved: 30,
      artifact: () => Promise.reject(new UserError("version/missing", "there is no image v2", "push it first")),
    });
    expect(cleared).toMatchObject({
      code: "release/refused",
      message: expect.stringMatching(
        /^3 things stand in the way: blue is live, and green gets 30 % of the traffic; there is no image v2; web-blue-errors fires/,
      ),
      details: [
        expect.stringContaining("give blue all of it again: give all to blue"),
        "push it first",
        expect.stringContaining("--despite web-blue-errors"),
      ],
    });
  });

  it("B21 where something else runs than the ledger says is live it is refused: going back would bring that, or a version that nobody named", async () => {
    expect((await look({ before: "1" })).cleared).toMatchObject({ lives: [{ live: { artifact: image("1") } }] });
    expect((await look({ before: "7" })).cleared).toMatchObject({
      code: "world/changed",
      message: `blue is live and runs v1, not ${image("7").version}`,
      fix: expect.stringMatching(/sluice doctor production, .* sluice status production;/),
    });
  });

  const hosted = (host: Config["rollout"]["host"]): Config => ({ ...systemA, rollout: { ...systemA.rollout, host } });

  it("B04 where no test can come in from here it is refused, with the address, instead of a candidate that answers nobody", async () => {
    const { cleared } = await look({ config: hosted("command-line"), silent: "no answer within 10s" });
    expect(cleared).toMatchObject({
      code: "world/unreachable",
      message: expect.stringMatching(/^tests cannot come in from here: eu-west-1 \(\S+:8443\): no answer within 10s$/),
      fix: expect.stringContaining('rollout.host "lambda"'),
    });
    // What carries it out elsewhere asks from there.
    expect((await look({ config: hosted("lambda"), silent: "no answer within 10s" })).cleared).toHaveProperty("artifacts", [image("2")]);
  });

  it("D02 where AWS moves the callers nobody asks a test listener, and its images are spoken of as images", async () => {
    const driver: Driver = {
      ...codeDeployDriver(codeDeployed("1.dkr.ecr.eu-west-1.amazonaws.com/shop", () => false).given),
      live: async () => ({ is: "running", slot: "blue", digest: image("1").digest, version: "v1", count: 2 }),
    };
    const { cleared, told } = await look({ config: systemD, driver, silent: "no answer within 10s" });
    expect(cleared).toHaveProperty("artifacts", [image("2")]);
    expect(told).toEqual(["not checked: who built v2, as rollout.builtBy names no project of CodeBuild"]);
  });

  it("D02 X06 what somebody else has AWS deploy is in the way, and the command that ends it is told", async () => {
    const others = { is: "busy", because: "d-1 is under way", end: "stop d-1" } as const;
    const driver: Driver = {
      ...codeDeployDriver(codeDeployed("1.dkr.ecr.eu-west-1.amazonaws.com/shop", () => false).given),
      live: async () => others,
    };
    expect((await look({ config: systemD, driver })).cleared).toMatchObject({
      code: "world/changed",
      message: "d-1 is under way",
      fix: "wait until it has ended, or end it: stop d-1, then release again",
    });
  });

  it("C23 each region is looked at, and what stands in the way in any of them is told", async () => {
    const regions = ["eu-west-1", "us-west-2"] as const;
    expect((await look({ regions })).cleared).toMatchObject({ lives: [{ where: "web/eu-west-1" }, { where: "web/us-west-2" }] });
    expect((await look({ regions, moved: 30 })).cleared).toMatchObject({
      message: expect.stringMatching(/: eu-west-1: blue is live, and green gets 30 % of the traffic; us-west-2: blue is live/),
    });
    const { cleared, asked } = await look({ regions, alarms: [{ name: "orders-stalled", is: "gone" }] });
    expect(cleared).toMatchObject({
      message:
        "2 things stand in the way: there is no alarm orders-stalled in eu-west-1, so that nobody would see it fire; there is no alarm orders-stalled in us-west-2, so that nobody would see it fire",
      // What mends both is said once.
      details: [expect.stringContaining("run: sluice deploy")],
    });
    expect([...new Set(asked.map(({ region }) => region))]).toEqual(regions);
  });
});

describe("B06 the alarms that a release watches", () => {
  const production = buildPlan(systemA, "production");
  const [web] = systemA.services;

  it("are those of the service, its copies and its load balancer in each region, and those that the configuration names", () => {
    const named: Config = { ...systemA, rollout: { ...systemA.rollout, gates: [{ kind: "alarms", names: ["orders-stalled"] }] } };
    const all = alarmsOf(production, named, web);
    const own = all("eu-west-1");
    expect(own).toContain("orders-stalled");
    for (const what of ["blue-errors", "green-latency", "green-unhealthy", "blue-cpu", "balancer-errors", "blue-missing"])
      expect(own.filter((name) => name.includes(what))).toHaveLength(1);
    expect(own.filter((name) => /database|release-failed|usw2/.test(name))).toEqual([]);
    expect(all("us-west-2")).toContain("orders-stalled");
    expect(all("us-west-2").filter((name) => name.includes("euw1"))).toEqual([]);
  });

  it("are all but those that a person names, each of which must be one", () => {
    const all = alarmsOf(production, systemA, web)("eu-west-1");
    const [first = "", ...others] = all;
    expect(watched(production, systemA, web, [first])("eu-west-1")).toEqual(others);
    expect(() => watched(production, systemA, web, ["strange"])).toThrow('no release watches an alarm "strange"');
  });
});
