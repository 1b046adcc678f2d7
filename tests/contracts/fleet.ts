import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Artifact } from "../../lib/ports/artifact.ts";
import type { Fleet } from "../../lib/ports/fleet.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface FleetUnderTest {
  readonly fleet: Fleet;
  readonly first: Artifact;
  readonly second: Artifact;
  /** Never becomes healthy. */
  readonly broken: Artifact;
  /** Lets time go by until it is so; fails when it never is. */
  until(so: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** What every fleet must do, whichever world it belongs to. */
export function fleetContract(name: string, open: () => Promise<FleetUnderTest>): void {
  describe(`fleet: ${name}`, () => {
    let under: FleetUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Repeats a verb until it is no longer pending. */
    async function settled(verb: () => Promise<Result>): Promise<Result> {
      let last = await verb();
      await under.until(async () => {
        if (last.is === "pending") last = await verb();
        return last.is !== "pending";
      });
      return last;
    }

    test("an empty slot runs nothing, and stopping it is done at once", async () => {
      expect(await under.fleet.status("green")).toMatchObject({ wanted: 0, instances: [], inFlight: 0, trouble: [] });
      expect((await under.fleet.status("green")).digest).toBeUndefined();
      expect(await under.fleet.stop("green")).toEqual({ is: "done" });
    });

    test("starting is done once all copies are healthy, and starting again changes nothing", async () => {
      const { fleet, first } = under;
      expect(await settled(() => fleet.start("blue", first, 2))).toEqual({ is: "done" });
      const status = await fleet.status("blue");
      expect(status).toMatchObject({ digest: first.digest, version: first.version, wanted: 2, trouble: [] });
      expect(status.instances.map(({ health, restarts }) => ({ health, restarts }))).toEqual([
        { health: "healthy", restarts: 0 },
        { health: "healthy", restarts: 0 },
      ]);
      expect(await fleet.start("blue", first, 2)).toEqual({ is: "done" });
      expect(await fleet.status("blue")).toEqual(status);
    });

    test("the slots do not know of each other", async () => {
      const { fleet, first, second } = under;
      await settled(() => fleet.start("blue", first, 1));
      await settled(() => fleet.start("green", second, 1));
      await settled(() => fleet.stop("green"));
      expect(await fleet.status("blue")).toMatchObject({ digest: first.digest, instances: [{ health: "healthy" }] });
      expect(await fleet.status("green")).toMatchObject({ wanted: 0, instances: [] });
    });

    test("another count adds and removes copies", async () => {
      const { fleet, first } = under;
      await settled(() => fleet.start("blue", first, 1));
      expect(await settled(() => fleet.start("blue", first, 2))).toEqual({ is: "done" });
      expect((await fleet.status("blue")).instances).toHaveLength(2);
      expect(await settled(() => fleet.start("blue", first, 1))).toEqual({ is: "done" });
      expect((await fleet.status("blue")).instances).toHaveLength(1);
    });

    test("another artifact replaces what runs", async () => {
      const { fleet, first, second } = under;
      await settled(() => fleet.start("blue", first, 1));
      expect(await settled(() => fleet.start("blue", second, 1))).toEqual({ is: "done" });
      expect(await fleet.status("blue")).toMatchObject({ digest: second.digest, instances: [{ health: "healthy" }] });
    });

    test("what cannot become healthy fails and says why, as often as it is asked; it can be stopped", async () => {
      const { fleet, broken } = under;
      const failed = await settled(() => fleet.start("green", broken, 1));
      expect(failed).toMatchObject({ is: "failed", because: expect.stringMatching(/./) });
      expect(await fleet.start("green", broken, 1)).toMatchObject({ is: "failed" });
      expect((await fleet.status("green")).trouble.length).toBeGreaterThan(0);
      expect(await settled(() => fleet.stop("green"))).toEqual({ is: "done" });
      expect(await fleet.status("green")).toMatchObject({ wanted: 0, instances: [], trouble: [] });
    });
  });
}
