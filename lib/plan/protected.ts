import { UserError } from "../base/errors.ts";
import type { Plan } from "./template.ts";

/** Throws `engine/failed` with the stacks that nobody may delete, whichever engine made them. */
export function refuseProtected({ stacks }: Plan): void {
  const names = stacks.filter(({ protect }) => protect).map(({ name }) => name);
  if (names.length === 0) return;
  throw new UserError(
    "engine/failed",
    `nothing was deleted, because ${names.length === 1 ? "a stack is" : "stacks are"} protected`,
    "take the protection out of the configuration, deploy that, and run the command again",
    names,
  );
}
