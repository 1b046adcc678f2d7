import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, it } from "vitest";
import { argumentsOf } from "../../../lib/engines/pulumi/arguments.ts";
import { entries } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import { changesIn } from "../../../lib/engines/pulumi/changes.ts";
import { nameProperty } from "../../../lib/plan/physical-name.ts";
import { planOf, stackOf } from "../cdk/plans.ts";
import { taken } from "../taken.ts";

/** The halves of a replacement as Pulumi tells them: the one that deletes tells no differences. */
const replacement = (id: string, diffs: readonly string[]): readonly EngineEvent[] =>
  (["create-replacement", "replace", "delete-replaced"] as const).map((op, sequence) => ({
    sequence,
    timestamp: 0,
    resourcePreEvent: {
      metadata: {
        op,
        urn: `urn:pulumi:test::shop::sluice:aws:Block$aws:x/y:Z::shop-test-web-${id}`,
        type: "aws:x/y:Z",
        provider: "",
        ...(op !== "delete-replaced" && { diffs: [...diffs] }),
      },
    },
  }));

it.each(taken)("X08 Pulumi says of $what that it would $will", ({ after, told, will }) => {
  const [{ changes } = { changes: [] }] = changesIn(planOf(stackOf("web", [after])), replacement(after.id, told));
  expect(changes).toEqual([{ id: after.id, of: after.type, will, properties: told }]);
});

it("X08 the name of everything that has one is an argument of its own in Pulumi, by which a replacement is told", () => {
  const named = entries.flatMap((entry) =>
    nameProperty[entry.type] === undefined ? [] : [argumentsOf(entry, nameProperty[entry.type] ?? "")],
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((one) => one.length !== 1)).toEqual([]);
});
