import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";

/** Checks what no single value shows. */
export type Rule = (config: Config) => Problem | readonly Problem[] | undefined;
