import { expect, test } from "vitest";
import { settingsFrom } from "../../../lib/actions/rehearsal/settings.ts";
import { defaultsFor } from "../../../lib/config/config.ts";

test("X03 --speed shortens the bakes, but not the time in which callers may bring the gates their data", () => {
  const asked = { faults: [], approve: false, keep: false, cwd: "/" };
  const [plain, quick] = [asked, { ...asked, speed: 50 }].map((options) => settingsFrom(defaultsFor("shop"), options, []));
  expect([plain?.rollout.bake, quick?.rollout.bake]).toEqual([10_000, 200]);
  expect(quick?.reading.dataLimit).toBe(plain?.reading.dataLimit);
});
