import type { Slot } from "../../../lib/base/outcome.ts";
import { systemClock } from "../../../lib/base/time.ts";
import type { World } from "../../../lib/ports/world.ts";
import { openClients } from "../../../lib/worlds/aws/clients.ts";
import type { Place } from "../../../lib/worlds/aws/place.ts";
import type { RunCommand } from "../../../lib/worlds/aws/probe.ts";
import { awsLedger, awsWorld } from "../../../lib/worlds/aws/world.ts";
import type { Opened } from "./host.ts";

const run: RunCommand = async () => ({ ok: false, saw: "a release in Lambda has no files of yours and runs no commands" });

/** From here nobody can see whether another holder lives, so its lease decides. */
const isGone = async () => false;

/**
 * Opens a place, once while the machine lives that runs the function: all turns read one ledger, which asks only for what is new since the turn
 * before, and look at one world.
 */
export function opening(clientsIn = openClients): (place: Place) => Opened {
  const known = new Map<string, Opened>();
  return (place) => {
    const key = JSON.stringify(place);
    const opened = known.get(key) ?? open(place, clientsIn(place.region, place.ledgerRegion));
    known.set(key, opened);
    return opened;
  };
}

function open(place: Place, clients: ReturnType<typeof openClients>): Opened {
  const given = { clients, place, clock: systemClock, isGone, run };
  const ledger = awsLedger(given);
  // A world remembers what cannot have changed since its last look.
  const worlds = new Map<Slot, World>();
  const world = (candidate: Slot): World => {
    const found = worlds.get(candidate) ?? { ...awsWorld(given, candidate), ledger };
    worlds.set(candidate, found);
    return found;
  };
  return { ledger, world };
}
