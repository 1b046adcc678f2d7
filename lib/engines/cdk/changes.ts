import type { Toolkit } from "@aws-cdk/toolkit-lib";
import { isTaken } from "../../plan/physical-name.ts";
import type { Stack } from "../../plan/template.ts";
import type { Change, StackChanges } from "../../ports/engine.ts";

type Difference = Awaited<ReturnType<Toolkit["diff"]>>[string];
type Impact = Difference["resources"]["changes"][string]["changeImpact"];

const wills: Readonly<Record<`${Impact}`, Change["will"] | undefined>> = {
  WILL_CREATE: "create",
  WILL_UPDATE: "update",
  WILL_REPLACE: "replace",
  MAY_REPLACE: "may-replace",
  WILL_DESTROY: "destroy",
  WILL_ORPHAN: "release",
  WILL_IMPORT: "import",
  NO_CHANGE: undefined,
};

/** The toolkit's difference between a deployed stack and its new template, in our words. */
export function changesOf({ name, resources }: Stack, difference: Difference | undefined): StackChanges {
  if (!difference) return { stack: name, changes: [], outputs: [] };
  const changes = Object.entries(difference.resources.changes).flatMap(([id, { changeImpact, resourceType, propertyUpdates }]) => {
    const properties = Object.keys(propertyUpdates).sort();
    const planned = resources.find((one) => one.id === id);
    const collides = changeImpact === "WILL_REPLACE" && planned && isTaken(planned, (property) => properties.includes(property));
    const will = collides ? "collide" : wills[changeImpact];
    return will ? [{ id, of: resourceType ?? "", will, properties }] : [];
  });
  return {
    stack: name,
    changes: changes.sort((a, b) => a.id.localeCompare(b.id, "en")),
    outputs: Object.keys(difference.outputs.changes).sort(),
  };
}
