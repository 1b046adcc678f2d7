import { expect, test } from "vitest";
import { claimPlane } from "../../lib/worlds/local/plane/holder.ts";
import { findPlane } from "../../lib/worlds/local/plane-process.ts";
import { blocked, newProject } from "./project.ts";

test("X06 a controller whose plane obeys a later holder changes nothing, says that it lost the lock, and leaves the plane alone", async () => {
  const project = newProject({}, { rollout: { bake: "1s" } });
  const child = project.sluice(["rehearse", "--json"]);
  await child.until("step-started", ({ step }) => step === "bake-10");
  const plane = findPlane(project.state);
  if (!plane) throw new Error("no plane runs");
  await claimPlane(plane.call, 1_000_000);
  await child.ended;
  expect({ exit: child.exit(), last: child.events().at(-1) }).toMatchObject({ exit: blocked.exit, last: blocked });
  expect(child.all("error")).toMatchObject([{ code: "release/held", message: expect.stringContaining("the lock was lost") }]);
  expect((await plane.call("weights", null)).green).toBe(10);
  expect((await project.ledger.read()).some(({ kind }) => kind === "ended")).toBe(false);
  await plane.stop();
});
