import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { systemClock } from "../../../lib/base/time.ts";
import { type Clients, openClients } from "../../../lib/worlds/aws/clients.ts";
import type { Place } from "../../../lib/worlds/aws/place.ts";
import type { RunCommand } from "../../../lib/worlds/aws/probe.ts";
import { awsLedger, awsWorld } from "../../../lib/worlds/aws/world.ts";
import { releaseHost, versionOf } from "./host.ts";

/** Kept while the machine lives that runs the function. */
let clients: Clients | undefined;

const run: RunCommand = async () => ({ ok: false, saw: "a release in Lambda has no files of yours and runs no commands" });

/** From here nobody can see whether another holder lives, so its lease decides. */
const isGone = async () => false;

function open(place: Place) {
  clients ??= openClients(place.region, place.ledgerRegion);
  const given = { clients, place, clock: systemClock, isGone, run };
  return { ledger: awsLedger(given), world: (candidate: Parameters<typeof awsWorld>[1]) => awsWorld(given, candidate) };
}

/** A turn is a step and a wait, or a step that is tried again: a third of what an execution may have, for what is tried again. */
const mostTurns = 1_000;

/** What Lambda calls. One event a line, as `--json` prints them. */
export const handler = withDurableExecution(
  releaseHost({
    open,
    mostTurns,
    functionOf: versionOf,
    tell: (event) => void process.stdout.write(`${JSON.stringify({ ...event, at: Date.now() })}\n`),
  }),
);
