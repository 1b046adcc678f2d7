import fc from "fast-check";
import type { ConfigInput } from "../../../lib/config/config.ts";
import { containers } from "./containers.ts";
import { fleets } from "./fleets.ts";
import { pipelines } from "./pipelines.ts";

/** Configurations that a team could write for AWS, all of which the rules let pass. */
export const configurations: fc.Arbitrary<ConfigInput> = fc.oneof(containers, fleets, pipelines);
