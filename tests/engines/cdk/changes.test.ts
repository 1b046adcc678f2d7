import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DiffMethod, Toolkit } from "@aws-cdk/toolkit-lib";
import { afterAll, expect, it } from "vitest";
import { changesOf } from "../../../lib/engines/cdk/changes.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import type { Resource } from "../../../lib/plan/template.ts";
import { taken } from "../taken.ts";
import { planOf, stackOf } from "./plans.ts";
import { synthesised } from "./scratch.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sluice-changes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the toolkit says that a deploy would change, from one template to the next. */
async function changed(before: Resource, after: Resource) {
  const [from, to] = [before, after].map((one) => stackOf("web", [one]));
  if (!from || !to) throw new Error("there are two");
  const file = path.join(folder, "before.json");
  writeFileSync(file, JSON.stringify(templateOf(from)));
  const toolkit = new Toolkit({ ioHost: { notify: async () => {}, requestResponse: async ({ defaultResponse }) => defaultResponse } });
  const source = await toolkit.fromAssemblyBuilder(async () => synthesised(planOf(to)), { clobberEnv: false, lookups: false });
  const found = await toolkit.diff(source, { method: DiffMethod.LocalFile(file) });
  return changesOf(to, found[to.name]).changes;
}

it.each(taken)("X08 CDK says of $what that it would $will", async ({ before, after, will }) => {
  expect((await changed(before, after)).map((one) => one.will)).toEqual([will]);
});
