import { credentials } from "../worlds/aws/credentials.ts";
import type { Found } from "./found.ts";
import type { Stack } from "./outputs.ts";

/** For clients that are answered here. */
export const options = { region: "us-east-1", credentials };

/** A stack that told this. */
export const stack = (outputs: Stack["outputs"], part = "base"): Stack => ({
  name: `orders-production-use1-${part}`,
  region: options.region,
  outputs,
});

export const fine: Found = { is: "checked", problems: [] };
export const wrong = (...problems: readonly string[]): Found => ({ is: "checked", problems });
