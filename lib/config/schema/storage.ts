import { section, whole } from "../values.ts";
import { region } from "./environment.ts";

/** The bucket of the releases, and where a copy of it lies. */
export const storage = section({
  replica: region.optional().describe("Region that gets a copy of every object. Without it: none."),
  keep: whole(1, 3650).optional().describe("Days after which objects go. Without it they stay."),
}).prefault({});
