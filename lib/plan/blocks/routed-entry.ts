import type { Value } from "../../aws/value.ts";
import type { Route } from "../../config/routes.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import type { Colours } from "./target-groups.ts";
import { splitRule, type Taken, testRules } from "./weighted-entry.ts";

/** The listeners that the first service made, for callers and for tests. */
export interface Listeners {
  readonly production: Value<string>;
  readonly test: Value<string>;
}

/**
 * The rules of a further service on the listeners of the first: its weights alone in a rule of their own, and a way for tests to each slot. What
 * comes back must be there before copies register.
 */
export function routedEntry(block: Block, listeners: Listeners, colours: Colours, route: Route): readonly Resource[] {
  const taken = takenBy(route);
  const split = splitRule(block, "Split", listeners.production, colours, { taken });
  block.stack.output("SplitRuleArn", ref(split), "Rule that holds the weights of blue and green");
  return [split, ...testRules(block, listeners.test, colours, taken)];
}

const takenBy = ({ host, paths, priority }: Route): Taken => ({
  priority,
  conditions: [
    ...(host === undefined ? [] : [{ Field: "host-header", HostHeaderConfig: { Values: [host] } }]),
    ...(paths.length === 0 ? [] : [{ Field: "path-pattern", PathPatternConfig: { Values: paths } }]),
  ],
});
