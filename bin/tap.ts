import { tap } from "../lib/engines/pulumi/tap.ts";

/** The outputs of every stack of the plan, by the stack's name. */
export const stacks = await tap();
