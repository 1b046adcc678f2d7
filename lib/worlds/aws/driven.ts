import type { Slot } from "../../base/outcome.ts";
import type { Fleet, FleetStatus } from "../../ports/fleet.ts";
import type { Router } from "../../ports/router.ts";
import type { Failed } from "../../ports/step-result.ts";
import { type Entrance, testAddress } from "./address.ts";
import { lookAt, type Seen, unseen } from "./copies.ts";
import { type DrivenService, describeService, revisionsOf, shareOf } from "./driven-service.ts";
import { asked } from "./failure.ts";
import type { Revisions } from "./revision.ts";

const notOurs: Failed = { is: "failed", because: "AWS starts and stops the copies and moves the callers here, not a release" };

/** The copies of a service that AWS itself exchanges, as the gates look at them. */
export function drivenFleet(given: DrivenService): Fleet {
  const eyes: Eyes = { seen: unseen(), revisions: undefined };
  return {
    status: (slot) => asked(`look at ${slot}`, () => statusOf(given, eyes, slot)),
    start: async () => notOurs,
    stop: async () => notOurs,
  };
}

/** What it remembers: the tasks of both versions, as they are of one service, and revisions, which never change. */
interface Eyes {
  readonly seen: Seen;
  revisions: Revisions | undefined;
}

/** Both versions are tasks of one service: whose they are shows where they are registered. */
async function statusOf(given: DrivenService, eyes: Eyes, slot: Slot): Promise<FleetStatus> {
  const { desiredCount = 0 } = await describeService(given);
  const { copies: all } = await lookAt({ ...given, group: given.groups[slot] }, desiredCount, eyes.seen);
  const copies = all.filter(({ health }) => health !== "starting");
  const [first] = copies;
  eyes.revisions ??= first && revisionsOf(given, first.definitionArn);
  const revision = first && (await eyes.revisions?.read(first.definitionArn));
  return {
    digest: revision?.digest ?? first?.digest,
    version: revision?.version,
    wanted: desiredCount,
    instances: copies.map(({ id, health }) => ({ id, health, restarts: 0 })),
    inFlight: 0,
    trouble: [],
  };
}

/** Where callers and tests come in. The test listener leads to the candidate while it is deployed, and to nobody else. */
export function drivenRouter(given: DrivenService, entrance: Entrance, candidate: Slot): Router {
  return {
    weight: () => asked("read the weights", () => shareOf(given, candidate)),
    shift: async () => notOurs,
    async test(slot) {
      if (slot !== candidate) throw new Error(`no test listener leads to ${slot} where AWS moves the callers`);
      return testAddress(entrance, slot);
    },
  };
}
