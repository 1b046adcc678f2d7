import { section } from "../values.ts";
import { region } from "./environment.ts";

/** The bucket of the releases, and where a copy of it lies. */
export const storage = section({
  replica: region.optional().describe("Region that gets a copy of every object. Without it: none."),
}).prefault({});
