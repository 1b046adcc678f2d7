import { expect, test } from "vitest";
import { blocked, expectEnd, newProject, quick, released, rolledBack } from "./project.ts";

/** Fails on a version that is down, and on everything while the candidate has half of the traffic. */
const smoke = `#!/bin/sh
grep -q '"green":50' .sluice/plane/state.json && { echo "half is too much"; exit 1; }
exec node -e 'fetch(process.env.SLUICE_URL).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))'
`;

test("X03: a gate of the team's own turns a release back, and one that cannot trip blocks it", async () => {
  const withGate = (command: string) => newProject({ "smoke.sh": smoke }, { rollout: { gates: [{ command }] } });
  const [failing, blind] = [withGate("./smoke.sh"), withGate("true")];
  const [back, stopped] = [failing.sluice(["rehearse", "--json"]), blind.sluice(["rehearse", "--json"])];
  await expectEnd(failing, back, rolledBack);
  expect(back.all("turned-back")).toMatchObject([{ because: expect.stringContaining("half is too much") }]);
  expect(back.all("step-done").map(({ step }) => step)).toContain("bake-10");
  expect(failing.report().json).toMatchObject({ undid: ["all traffic back to blue", "stop green"], recoveredInMs: expect.any(Number) });
  await expectEnd(blind, stopped, blocked);
  expect(stopped.all("outcome")[0]?.because).toMatch(/"command: true" does not trip where everything is bad/);
});

test("X03: --speed divides bakes and waits, and at --rate 0 synthetic requests are enough for the gates", async () => {
  const project = newProject({}, { rollout: { ...quick, bake: "3s", finalBake: "3s", keepWarm: "2s", dataLimit: "60s" } });
  const run = project.sluice(["rehearse", "--json", "--speed", "10", "--rate", "0"]);
  await expectEnd(project, run, released);
  const titles = run.all("plan")[0]?.steps.map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(["bake at 10 % for 300 ms", "keep blue warm for 200 ms"]));
  expect(run.all("note").map(({ text }) => text)).toContainEqual(expect.stringMatching(/^sent \d+ synthetic requests/));
  expect(run.all("outcome")).toMatchObject([{ requests: { total: 0, failed: 0 } }]);
});
