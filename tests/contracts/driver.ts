import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Slot } from "../../lib/base/outcome.ts";
import type { Artifact } from "../../lib/ports/artifact.ts";
import type { Busy, Driver, Order } from "../../lib/ports/driver.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface DriverUnderTest {
  /** The driver as one more host opens it. The first version is live in blue. */
  open(): Driver;
  /** The order to put this artifact, or the second version, in place of the first. */
  order(release: string, artifact?: Artifact): Order;
  /** A version whose copies never become healthy, or on which an alarm fires. */
  readonly broken: Artifact;
  /** The share of the callers that a slot gets in truth. */
  share(slot: Slot): Promise<number>;
  /** How many deployments were begun in truth. */
  begun(): number;
  /** Somebody else has the second version deployed. */
  deployBeside(): Promise<void>;
  until(so: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

type Verb = "deploy" | "settle" | "back";

/** What every driver must do, whichever world it belongs to. */
export function driverContract(name: string, open: () => Promise<DriverUnderTest>): void {
  describe(`driver: ${name}`, () => {
    let under: DriverUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Repeats a verb until it has come to something; `look` says who looks, with which note. */
    async function carry(verb: Verb, order: Order, look = (note: string | undefined) => ({ driver: under.open(), note })) {
      let last: Result | Busy | undefined;
      let noted: string | undefined;
      const shares: number[] = [];
      await under.until(async () => {
        const { driver, note } = look(noted);
        last = await driver[verb]({ ...order, noted: note });
        if (last.is === "pending") noted = last.note ?? noted;
        if (last.is === "pending" && last.weight !== undefined) shares.push(last.weight);
        return last.is !== "pending";
      });
      return { is: last?.is, shares };
    }
    const blind = () => ({ driver: under.open(), note: undefined });

    /** Until the candidate has some callers, and not all. */
    async function halfWay(order: Order): Promise<void> {
      await under.until(async () => {
        await under.open().deploy(order);
        const share = await under.share(order.candidate.slot);
        return share > 0 && share < 100;
      });
    }

    test("D02 moves all callers step by step, keeps the old version for a while, ends it, and tells what is live", async () => {
      const order = under.order("r-1");
      expect(await under.open().live()).toMatchObject({ is: "running", slot: "blue", digest: order.live.artifact.digest });
      const { is, shares } = await carry("deploy", order);
      expect(is).toBe("done");
      expect(await under.share("green")).toBe(100);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(shares.some((share) => share > 0 && share < 100)).toBe(true);
      expect(await under.open().live()).toMatchObject({ is: "busy" });
      expect((await carry("settle", order)).is).toBe("done");
      expect(await under.open().live()).toMatchObject({ is: "running", slot: "green", digest: order.candidate.artifact.digest });
      expect([(await carry("deploy", order)).is, (await carry("settle", order)).is, under.begun()]).toEqual(["done", "done", 1]);
    });

    test("X05 hosts that know nothing of each other and of no note carry an order out once", async () => {
      const order = under.order("r-1");
      expect([(await carry("deploy", order, blind)).is, (await carry("settle", order, blind)).is]).toEqual(["done", "done"]);
      expect(under.begun()).toBe(1);
    });

    test("D02 goes back from the middle: the live version has all callers again, and what was ordered has failed", async () => {
      const order = under.order("r-1");
      await halfWay(order);
      expect((await carry("back", order, blind)).is).toBe("done");
      expect(await under.share("blue")).toBe(100);
      expect(await under.open().live()).toMatchObject({ is: "running", slot: "blue" });
      expect(await under.open().deploy(order)).toMatchObject({ is: "failed" });
      expect((await carry("back", order)).is).toBe("done");
    });

    test("D02 goes back while the old version is kept", async () => {
      const order = under.order("r-1");
      await carry("deploy", order);
      expect((await carry("back", order)).is).toBe("done");
      expect(await under.share("blue")).toBe(100);
      expect(await under.open().settle(order)).toMatchObject({ is: "failed" });
    });

    test("D02 goes back after the old version was ended, by deploying it again, once", async () => {
      const order = under.order("r-1");
      await carry("deploy", order);
      await carry("settle", order);
      expect((await carry("back", order, blind)).is).toBe("done");
      expect(await under.share("blue")).toBe(100);
      expect(under.begun()).toBe(2);
    });

    test("D02 has nothing to take back of an order that nobody began", async () => {
      expect((await carry("back", under.order("r-1"))).is).toBe("done");
      expect([await under.share("blue"), under.begun()]).toEqual([100, 0]);
    });

    test("D02 X06 leaves alone what somebody else deploys, and says so", async () => {
      await under.deployBeside();
      const order = under.order("r-1");
      expect(await under.open().live()).toMatchObject({ is: "busy" });
      expect((await carry("deploy", order)).is).toBe("busy");
      expect((await carry("back", order)).is).toBe("done");
      expect(under.begun()).toBe(1);
      await under.until(async () => (await under.open().live()).is === "running");
      expect(await under.share("green")).toBe(100);
    });

    test("D02 X06 begins nothing where something else is live than the release was planned over, as after a pipeline's deployment while a person was waited for", async () => {
      await under.deployBeside();
      await under.until(async () => (await under.open().live()).is === "running");
      const [order, begun] = [under.order("r-1"), under.begun()];
      const { artifact } = order.live;
      expect(await under.open().deploy(order)).toEqual({
        is: "busy",
        because: expect.stringMatching(new RegExp(`in green by now, and the release was planned over ${artifact.version} in blue$`)),
      });
      expect((await carry("back", order)).is).toBe("done");
      expect([under.begun(), await under.share("green")]).toEqual([begun, 100]);
    });

    test("D02 says that it has turned a version back by itself, and the live one has all callers", async () => {
      const order = under.order("r-1", under.broken);
      expect((await carry("deploy", order)).is).toBe("failed");
      expect((await carry("back", order)).is).toBe("done");
      expect(await under.share("blue")).toBe(100);
    });

    test("D02 what an earlier release was about is not taken for this one", async () => {
      await carry("deploy", under.order("r-1", under.broken));
      await carry("back", under.order("r-1", under.broken));
      const order = under.order("r-2");
      expect((await carry("deploy", order)).is).toBe("done");
      expect(under.begun()).toBe(2);
    });
  });
}
