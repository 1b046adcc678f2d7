import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  PriorRequestNotComplete,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Slot, weight } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Router } from "../../../lib/ports/router.ts";
import type { Pending, Result } from "../../../lib/ports/step-result.ts";
import { readAddress } from "../../../lib/worlds/aws/address.ts";
import { recordsRouter } from "../../../lib/worlds/aws/records.ts";
import { dawn, type HandClock, handClock } from "../../../lib/worlds/simulated/clock.ts";
import { routerContract } from "../../contracts/router.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { serviceOf, systemB } from "./environment.ts";
import { faked, helped, on } from "./fake.ts";
import { settling } from "./settled.ts";
import { typeRecords } from "./typed.ts";
import { domain, type Weighted, weightedRecords } from "./weighted.ts";
import { zoneOf } from "./zone.ts";

const skip = whyNo("ministack");
const balancers = { blue: "blue.example.com", green: "green.example.com", "known-bad": "blue.example.com" };
const entrance = { protocol: "https", domain, port: 443, balancers } as const;

describe.skipIf(skip !== undefined)(`weighted records${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  let client: Route53Client;
  let ground: Weighted;
  let clock: HandClock;
  /** The batches that were sent. */
  let sent: number;
  beforeAll(async () => {
    server = await emulator("ministack");
  }, 90_000);
  afterAll(() => server?.close());
  const open = () => new Route53Client({ region, credentials, endpoint: server?.url ?? "" });
  const begin = async () => {
    await server?.reset();
    client = open();
    ground = await weightedRecords(client);
    clock = handClock();
    sent = 0;
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "ChangeResourceRecordSetsCommand") sent += 1;
          return next(args);
        },
      { step: "initialize", name: "count" },
    );
  };
  const router = (candidate: Slot, by = client): Router =>
    recordsRouter({ environment: "production", client: by, clock, zoneId: ground.zoneId, domain, entrance }, candidate);

  routerContract("ministack", async () => {
    await begin();
    return {
      router,
      ask: async (count) => {
        const { blue, green } = await ground.shares();
        return { blue: Math.round(count * blue), green: Math.round(count * green) };
      },
      who: async (address) => {
        const { origin, headers, balancer } = readAddress(entrance, address);
        expect(origin).toBe(`https://${domain}`);
        const bad = knownBad.some(({ Values }) => Values.includes(headers["x-sluice-slot"] ?? ""));
        if (bad && balancer === balancers.blue) return { slot: "known-bad", status: 500 };
        return { slot: balancer.split(".")[0] ?? "", status: 200 };
      },
      type: (command) => typeRecords(client, command),
      until: settling(() => clock.advance(5_000)).until,
      close: async () => client.destroy(),
    };
  });

  describe("on AWS", () => {
    beforeEach(begin);

    const note = (result: Result): string => (result as Pending).note ?? "";
    const everywhere = (share: number) => `${share} % with all name servers since ${new Date(dawn).toISOString()}`;
    const green = async () => Math.round((await ground.shares()).green * 100);

    it("B05 B06 a shift changes the weights of both kinds at once, and nothing else of the records", async () => {
      const before = await ground.records();
      await router("green").shift(weight(10));
      const after = await ground.records();
      expect(sent).toBe(1);
      expect(after.map((record) => ({ ...record, Weight: 0 }))).toEqual(before.map((record) => ({ ...record, Weight: 0 })));
      expect(after.map(({ Type, SetIdentifier, Weight }) => `${Type} ${SetIdentifier} ${Weight}`)).toEqual([
        "A blue 90",
        "A green 10",
        "AAAA blue 90",
        "AAAA green 10",
      ]);
    });

    it("B06 a shift is done once every name server has it, no answer from before is kept and no connection open: 60 s and 60 s later", async () => {
      const shift = (noted?: string) => router("green").shift(weight(10), noted);
      const taken = await shift();
      expect(note(taken)).toMatch(/^10 % by change C\w+$/);
      // The emulator has it on all servers from the second look on.
      const waits = await shift(note(taken));
      expect([waits.is, note(waits)]).toEqual(["pending", note(taken)]);
      const live = await shift(note(taken));
      expect(live).toMatchObject({
        is: "pending",
        lookAgainIn: 120_000,
        note: everywhere(10),
      });
      clock.advance(119_900);
      expect(await shift(note(live))).toMatchObject({ is: "pending", lookAgainIn: 100 });
      clock.advance(100);
      expect(await shift(note(live))).toEqual({ is: "done" });
      expect(sent).toBe(1);
    });

    it("B06 how far a shift is its note tells alone until all name servers have it, then while the weights hold, and no longer than callers may stay", async () => {
      const underWay = async (share: number, noted?: string) => router("green").underWay?.(weight(share), noted);
      const noted = note(await router("green").shift(weight(10)));
      const [before] = await ground.records();
      await ground.set((record) => ({ ...record, Weight: 50 }));
      expect(await underWay(10, noted)).toMatchObject({ is: "pending", note: noted });
      expect(await underWay(10, noted)).toMatchObject({ is: "pending", lookAgainIn: 120_000, note: everywhere(10) });
      expect(await underWay(10, everywhere(10))).toBeUndefined();
      expect(before?.Weight).toBe(90);
      await router("green").shift(weight(10));
      expect(await underWay(10, everywhere(10))).toMatchObject({ is: "pending", lookAgainIn: 120_000 });
      const others = [await underWay(50, noted), await underWay(10), await underWay(10, "10 % by change CUNKNOWN")];
      expect(others).toEqual([undefined, undefined, undefined]);
      clock.advance(120_000);
      expect(await underWay(10, everywhere(10))).toBeUndefined();
    });

    it("X05 whoever goes on without the note sends the same weights again and waits anew; nobody takes them for live", async () => {
      await router("green").shift(weight(10));
      clock.advance(600_000);
      const again = await router("green").shift(weight(10));
      expect(again).toMatchObject({ is: "pending", note: expect.stringContaining("by change") });
      expect([sent, await green()]).toEqual([2, 10]);
      expect(await router("green").shift(weight(10), "10 % by change CUNKNOWN")).toMatchObject({ is: "pending" });
      expect(sent).toBe(3);
    });

    it("X05 a note says nothing of weights that somebody moved since", async () => {
      const back = await router("green").shift(weight(10), everywhere(10));
      expect([note(back).split(" by ")[0], await green()]).toEqual(["10 %", 10]);
    });

    it("X05 a note of another weight says nothing of this one", async () => {
      clock.advance(600_000);
      const stays = await router("green").shift(weight(0), everywhere(10));
      expect([stays.is, note(stays).split(" by ")[0]]).toEqual(["pending", "0 %"]);
    });

    it("B06 records of IPv4 and IPv6 that somebody moved apart are noticed, and set alike by the next shift", async () => {
      await ground.set((record) => (record.Type === "AAAA" ? { ...record, Weight: 50 } : record));
      expect(await router("green").weight()).toBe(50);
      await router("green").shift(weight(0));
      expect(await ground.shares()).toEqual({ blue: 1, green: 0 });
    });

    it("B05 where no record has a weight, both are answered", async () => {
      await ground.set((record) => ({ ...record, Weight: 0 }));
      expect(await router("green").weight()).toBe(50);
    });

    it("B21 records of which there is one too many are not touched", async () => {
      await ground.set((record) =>
        record.SetIdentifier === "green" && record.Type === "A" ? { ...record, SetIdentifier: "third" } : record,
      );
      await expect(router("green").weight()).rejects.toMatchObject({
        code: "world/changed",
        message: expect.stringContaining(domain),
        fix: expect.stringContaining("sluice plan production --format json;"),
      });
      await expect(router("green").shift(weight(10))).rejects.toMatchObject({ code: "world/changed" });
      expect(sent).toBe(1);
    });

    it("B05 all records of the name are found, whatever comes before them in the zone and however they are told", async () => {
      await router("green").shift(weight(10));
      const all = (await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: ground.zoneId }))).ResourceRecordSets ?? [];
      const paged = faked(
        new Route53Client({ region, credentials }),
        on(ListResourceRecordSetsCommand, ({ StartRecordName, StartRecordType, StartRecordIdentifier }) => {
          const from = all.findIndex(
            ({ Name, Type, SetIdentifier }) =>
              Name === `${StartRecordName?.replace(/\.$/, "")}.` &&
              (StartRecordType ?? Type) === Type &&
              (StartRecordIdentifier ?? SetIdentifier) === SetIdentifier,
          );
          const next = all[from + 1];
          return {
            ResourceRecordSets: all.slice(from, from + 1),
            MaxItems: 1,
            IsTruncated: next !== undefined,
            NextRecordName: next?.Name,
            NextRecordType: next?.Type,
            NextRecordIdentifier: next?.SetIdentifier,
          };
        }),
      );
      expect(await router("green", paged).weight()).toBe(10);
    });

    it("B06 a zone that still takes another change is asked again, and finer shares than records know are refused", async () => {
      const busy = helped(
        open(),
        on(ChangeResourceRecordSetsCommand, () => {
          throw new PriorRequestNotComplete({ $metadata: {}, message: "busy" });
        }),
      );
      expect(await router("green", busy).shift(weight(10))).toEqual({
        is: "pending",
        lookAgainIn: duration(5_000),
        because: "the zone takes another change",
      });
      await expect(router("green").shift(weight(0.5))).rejects.toThrow("0.5");
      busy.destroy();
    });
  });
});

it("B21 X06 what a person types to give a slot all callers leaves where the records lead as it is, whatever characters stand in them", async () => {
  const named = "o'neill.example.com";
  const { route53, weightOf } = zoneOf(named);
  const read = async () =>
    (await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: "Z1" }))).ResourceRecordSets?.map((record) => ({
      ...record,
      Weight: 0,
    }));
  const before = await read();
  const given = { environment: "production", client: route53, clock: handClock(), zoneId: "Z1", domain: named, entrance };
  await typeRecords(route53, (await recordsRouter(given, "blue").byHand?.("green")) ?? "");
  expect([weightOf("blue"), weightOf("green")]).toEqual([0, 100]);
  expect(await read()).toEqual(before);
});

/** The conditions under which the plan has a load balancer of a colour answer for itself. */
const knownBad: readonly { readonly Values: readonly string[] }[] = serviceOf(systemB("dns")).flatMap(({ type, properties }) =>
  type === "AWS::ElasticLoadBalancingV2::ListenerRule"
    ? JSON.parse(JSON.stringify(properties)).Conditions.map((one: { HttpHeaderConfig: { Values: string[] } }) => one.HttpHeaderConfig)
    : [],
);
