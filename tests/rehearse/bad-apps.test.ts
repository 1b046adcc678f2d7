import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { app, blocked, expectEnd, newProject, rolledBack } from "./project.ts";

const onLinux = process.platform === "linux";

/** Apps that do not come up, by what has to be said about them. `run.sh` starts the app. */
const badApps = [
  {
    name: "a start command that is not there",
    files: (version: string) => ({ [`${version}/run.sh`]: "exec nosuchserver" }),
    because: /command not found: nosuchserver/,
    details: [],
  },
  {
    name: "an app that ignores PORT",
    files: (version: string) => ({ [`${version}/server.js`]: app(version).replace("process.env.PORT", "0") }),
    because: onLinux ? /it listens on \d+, not on PORT \(\d+\)/ : /nothing listens on PORT/,
    details: [],
  },
  {
    name: "a health path that answers 404",
    files: (version: string) => ({ [`${version}/server.js`]: app(version, "response.statusCode = 404;") }),
    because: /GET \/health answered 404/,
    details: ["200 to 399 is healthy; set health in services to a path that answers so"],
  },
  {
    name: "an app that exits at once",
    files: (version: string) => ({ [`${version}/server.js`]: 'console.log("no settings found"); process.exit(3);' }),
    because: /"\.\/run\.sh" ended with code 3/,
    details: ["no settings found"],
  },
];

test.each(badApps)("X03 A17: $name is named, with what helps: live it blocks, as the candidate it is rolled back", async (bad) => {
  const good = { "v1/run.sh": "exec node server.js", "v2/run.sh": "exec node server.js" };
  const service = { start: "./run.sh", health: "/health", startWithin: "5s" };
  const withBad = (version: string) => newProject({ ...good, ...bad.files(version) }, { service });
  const [asLive, asCandidate] = [withBad("v1"), withBad("v2")];
  const [live, candidate] = [asLive.sluice(["rehearse", "--json"]), asCandidate.sluice(["rehearse", "--json"])];

  await expectEnd(asLive, live, blocked);
  expect(live.all("error")).toMatchObject([
    { code: "app/not-healthy", message: expect.stringMatching(bad.because), fix: expect.stringMatching(/--start .*--health/) },
  ]);
  expect(live.all("error")[0]?.details).toEqual(expect.arrayContaining(bad.details));
  expect(live.all("outcome")).toMatchObject([{ release: expect.stringMatching(/^r-/), because: expect.stringMatching(bad.because) }]);

  await expectEnd(asCandidate, candidate, rolledBack);
  const { json } = asCandidate.report();
  expect(json).toMatchObject({ outcome: "rolled-back", because: expect.stringMatching(bad.because), callers: { failed: 0 } });
  expect(json.details).toEqual(expect.arrayContaining(bad.details));
});

test("A17: an app that nobody says how to start is a mistake of the caller, exit code 2", async () => {
  const project = newProject({}, { service: { start: undefined } });
  project.git("init", "-q");
  project.write({ "v3/main.js": app("v3"), "v4/main.js": app("v4") });
  const run = project.sluice(["rehearse", "--json", "--from", "./v3", "--to", "./v4"]);
  await expectEnd(project, run, { outcome: "blocked", exit: 2 });
  expect(run.all("error")).toMatchObject([{ code: "start/missing", fix: expect.stringMatching(/--start/) }]);
});

test("A17: a build that fails ends as failed, exit code 4, with the end of its log and the release it belongs to", async () => {
  const buildspec = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo nails are missing\n      - exit 7\n";
  const project = newProject({ "build.yml": buildspec }, { service: { buildspec: "build.yml" } });
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, { outcome: "failed", exit: 4 });
  expect(run.all("error")).toMatchObject([
    {
      code: "pipeline/failed",
      message: expect.stringMatching(/the build stage of v1 failed/),
      fix: expect.stringMatching(/live-build\.log/),
    },
  ]);
  expect(run.all("error")[0]?.details.join("\n")).toContain("nails are missing");
  expect(run.all("outcome")[0]?.release).toMatch(/^r-/);
  expect(run.events().at(-2)?.type).toBe("error");
});

test("X03: a port that is taken blocks, naming who has it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const project = newProject();
  const run = project.sluice(["rehearse", "--port", String(port)]);
  await run.ended;
  server.close();
  expect({ exit: run.exit(), left: project.leftovers() }).toEqual({ exit: 12, left: [] });
  const by = onLinux ? ` by .+ \\(pid ${process.pid}\\)` : "";
  expect(run.stderr()).toMatch(new RegExp(`error: port ${port} is in use${by} \\(port/taken\\)`));
  expect(run.stderr().match(/error: /g)).toHaveLength(1);
});
