import { describe, expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { type Config, defaultsFor } from "../../lib/config/config.ts";
import { showProblem } from "../../lib/config/problems.ts";

function problemsIn(given: unknown): string[] {
  const checked = checkConfig(given);
  return "problems" in checked ? checked.problems.map((problem) => showProblem(problem, given)) : [];
}

function configOf(given: unknown): Config {
  const checked = checkConfig(given);
  if ("config" in checked) return checked.config;
  throw new Error(problemsIn(given).join("\n"));
}

describe("a configuration that is right", () => {
  it("is read into milliseconds, shares and lists, with nothing missing", () => {
    const config = configOf({
      project: "shop",
      services: { web: { startWithin: "1.5s", buildspec: "build.yml" } },
      rollout: { bake: "2m", readEvery: "250ms" },
      rehearsal: { lease: "1h" },
    });
    expect(config.services).toEqual([
      {
        name: "web",
        port: 8080,
        health: "/",
        startWithin: 1_500,
        grace: 5_000,
        count: 2,
        migrateWithin: 900_000,
        encrypts: false,
        env: {},
        buildspec: { build: "build.yml" },
      },
    ]);
    expect(config.rollout).toMatchObject({ weights: [10, 50, 100], bake: 120_000, finalBake: 300_000, readEvery: 250, approval: "none" });
    expect(config.rehearsal).toMatchObject({ lease: 3_600_000, rate: 50, port: 0 });
  });

  it("has every kind of gate in the words of the release", () => {
    const gates = [
      { metric: "error-rate", max: "0.5%" },
      { metric: "p50", max: "20ms" },
      { metric: "p90", max: "1s" },
      { metric: "p95", max: "250ms" },
      { metric: "p99", max: "2s" },
      { metric: "health" },
      { metric: "compare" },
      { metric: "compare", falseAborts: "0.5%" },
      { metric: "alarms", also: ["orders-stalled"] },
      { command: "./smoke.sh" },
      { command: "./smoke.sh", timeout: "1m" },
    ];
    expect(configOf({ project: "shop", rollout: { gates } }).rollout.gates).toEqual([
      { kind: "error-rate", max: 0.005 },
      { kind: "latency", quantile: 0.5, max: 20 },
      { kind: "latency", quantile: 0.9, max: 1_000 },
      { kind: "latency", quantile: 0.95, max: 250 },
      { kind: "latency", quantile: 0.99, max: 2_000 },
      { kind: "health" },
      { kind: "compare", falseAborts: 0.01 },
      { kind: "compare", falseAborts: 0.005 },
      { kind: "alarms", names: ["orders-stalled"] },
      { kind: "command", command: "./smoke.sh", timeout: 10_000 },
      { kind: "command", command: "./smoke.sh", timeout: 60_000 },
    ]);
  });

  it("sends objects and lists as JSON, and text as it is", () => {
    const paths = [
      "/a?b=c",
      { path: "/b", share: 2.5 },
      { method: "POST", path: "/c", body: { n: [1, null] } },
      { method: "PUT", path: "/d", body: [], headers: { "content-type": "text/x" } },
      { method: "POST", path: "/e", body: "n=1", headers: { "x-tenant": "t" } },
    ];
    expect(configOf({ project: "shop", rehearsal: { paths } }).rehearsal.paths).toEqual([
      { method: "GET", path: "/a?b=c", share: 1 },
      { method: "GET", path: "/b", share: 2.5 },
      { method: "POST", path: "/c", share: 1, body: '{"n":[1,null]}', headers: { "content-type": "application/json" } },
      { method: "PUT", path: "/d", share: 1, body: "[]", headers: { "content-type": "text/x" } },
      { method: "POST", path: "/e", share: 1, body: "n=1", headers: { "x-tenant": "t" } },
    ]);
  });

  it("asks the health path before the first shift unless it names probes", () => {
    const services = { web: { health: "/ready" } };
    expect(configOf({ project: "shop", services }).rollout.probes).toEqual([{ path: "/ready", status: "2xx-3xx" }]);
    const rollout = { probes: [{ path: "/a" }, { path: "/b", status: 204 }] };
    expect(configOf({ project: "shop", services, rollout }).rollout.probes).toEqual([
      { path: "/a", status: "2xx-3xx" },
      { path: "/b", status: [204] },
    ]);
  });

  it.each([
    ["verdaccio", "verdaccio"],
    ["@scope/json.server", "scope-json-server"],
    ["2048", "app-2048"],
    ["_", "app"],
    ["a".repeat(31).concat("-b"), "a".repeat(31)],
  ])("needs no file: %s is rehearsed as %s with the defaults", (name, project) => {
    const config = defaultsFor(name);
    expect(config.project).toBe(project);
    expect(config.rollout.gates.map(({ kind }) => kind)).toEqual(["error-rate", "health", "compare", "alarms"]);
    expect(config.rehearsal.paths).toEqual([{ method: "GET", path: "/", share: 1 }]);
  });
});

describe("a configuration with mistakes", () => {
  it("A17 names all of them at once, those of the schema and those of the rules, each with path, value and fix", () => {
    const found = problemsIn({
      project: "9 shops",
      services: { web: { strat: "node .", count: 0, env: { PORT: "80" } }, api: {} },
      rollout: { bake: "5 m", weights: [10, 5], gates: [{ metric: "p96", max: "1s" }], dataLimit: "100ms" },
      rehearsal: { paths: ["/", { path: "orders" }], port: 80.5 },
      zone: "me",
    });
    expect(found).toEqual([
      'project: got "9 shops"; write 1 to 32 letters, digits and hyphens, starting with a letter',
      "services.web.count: got 0; write a whole number from 1 to 50",
      'services.web.strat: got "node ."; unknown key, did you mean "start"?',
      'rollout.bake: got "5 m"; write a length of time such as "250ms", "2s", "5m" or "1h", up to 168h',
      'rollout.gates[0].metric: got "p96"; write a gate with metric "error-rate", "p50", "p90", "p95", "p99", "health", "compare" or "alarms", or with a command',
      'rehearsal.paths[1].path: got "orders"; write a path that starts with "/", with spaces and other special characters percent-encoded',
      "rehearsal.port: got 80.5; write a whole number from 0 to 65535",
      expect.stringMatching(/^zone: got "me"; unknown key; known here: project, .*, rehearsal$/),
      "rollout.weights: got [10,5]; let them rise and end at 100, e.g. [10, 50, 100]",
      'rollout.dataLimit: got "100ms"; write at least the time between two readings (readEvery), which is 1s',
      'services.web.env.PORT: got "80"; leave it out: each copy gets a port of its own in PORT',
    ]);
  });

  it("A17 applies the rules also where nothing of the services could be read", () => {
    expect(problemsIn({ services: { web: 5 }, rollout: { weights: [50] } })).toEqual([
      "project: got nothing; write 1 to 32 letters, digits and hyphens, starting with a letter",
      expect.stringMatching(/^services\.web: got 5; write an object with: start/),
      "rollout.weights: got [50]; let them rise and end at 100, e.g. [10, 50, 100]",
    ]);
  });

  it("A17 tells one mistake once, not again for the default that takes its place", () => {
    expect(problemsIn({ project: "shop", rollout: { dataLimit: "soon", readEvery: "5m" } })).toEqual([
      expect.stringMatching(/^rollout\.dataLimit: got "soon"; write a length of time/),
    ]);
  });

  const whole = { weightHolder: "codedeploy", weights: [100] };
  const twice = <Item>(item: Item): readonly Item[] => [item, item];
  const two = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"];
  const onAws = (changes: object, existing: object = {}) => ({
    project: "shop",
    services: { web: { compute: { kind: "ecs" } } },
    environments: { prod: { account: "111122223333", regions: ["eu-west-1"], domain: "a.example.com", zone: "new", existing } },
    ...changes,
  });
  const inVpc = (changes: object) =>
    onAws({}, { vpc: { id: "vpc-0a1b2c3d", publicSubnets: two, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"], ...changes } });
  const listedTwice: Readonly<Record<string, object>> = {
    "network.endpoints": onAws({ network: { endpoints: twice("logs") } }),
    "services.api.paths": onAws({
      services: { web: { compute: { kind: "ecs" } }, api: { compute: { kind: "ecs" }, health: "/a", paths: twice("/a") } },
    }),
    "edge.assets": onAws({ edge: { assets: twice("/a/*") } }),
    "monitoring.emails": onAws({ monitoring: { emails: twice("ann@example.com") } }),
    "delivery.platforms": onAws({ delivery: { platforms: twice("linux/amd64") }, rollout: whole }),
    "environments.prod.existing.vpc.publicSubnets": inVpc({ publicSubnets: twice("subnet-0a1b2c3d") }),
    "environments.prod.existing.vpc.privateSubnets": inVpc({ privateSubnets: twice("subnet-0a1b2c3d") }),
    "environments.prod.existing.vpc.natAddresses": inVpc({ natAddresses: twice("192.0.2.1") }),
    "environments.prod.existing.cluster.securityGroups": onAws(
      {},
      {
        vpc: { id: "vpc-0a1b2c3d", publicSubnets: two, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] },
        cluster: { name: "shared", securityGroups: twice("sg-0a1b2c3d") },
      },
    ),
  };
  const withRollout = (rollout: object) => ({ project: "shop", rollout });
  const withService = (web: object) => ({ project: "shop", services: { web } });
  const withRehearsal = (rehearsal: object) => ({ project: "shop", rehearsal });

  it.each<[string, unknown, RegExp]>([
    ["nothing at all", undefined, /^the whole configuration: got nothing; write an object with: project/],
    ["a list", [], /^the whole configuration: got \[\]; write an object/],
    ["no project", {}, /^project: got nothing; write 1 to 32/],
    ["a project that is too long", { project: "p".repeat(33) }, /^project: /],
    ["a function as a value", { project: () => "shop" }, /^project: got a function; /],
    ["a long value", { project: "!".repeat(200) }, /^project: got "!{58}…; /],
    ["no service", { project: "shop", services: {} }, /^services: got \{\}; name one service/],
    ["services as a list", { project: "shop", services: [] }, /^services: got \[\]; write an object of services by name/],
    ["a service with a strange name", { project: "shop", services: { "my web": {} } }, /^services\.my web: got \{\}; name it/],
    ["an empty start command", withService({ start: " " }), /^services\.web\.start: got " "; write the command/],
    ["a health path without slash", withService({ health: "health" }), /^services\.web\.health: got "health"; .*starts with "\/"/],
    ["a health path with a space", withService({ health: "/a b" }), /percent-encoded/],
    ["a variable that is a number", withService({ env: { A: 1 } }), /^services\.web\.env\.A: got 1; write the value as text, in quotes/],
    ["a variable with a strange name", withService({ env: { "A-B": "1" } }), /^services\.web\.env\.A-B: got "1"; write a variable name/],
    ["a buildspec that is neither", withService({ buildspec: 7 }), /^services\.web\.buildspec: got 7; write a path, or an object/],
    ["an unknown buildspec", withService({ buildspec: { tests: "x" } }), /^services\.web\.buildspec\.tests: got "x"; .*"test"\?/],
    ["start-up in no time", withService({ startWithin: "0s" }), /^services\.web\.startWithin: got "0s"; .*from 100ms up to 168h/],
    ["more than a timer can count", withRollout({ bake: "169h" }), /^rollout\.bake: got "169h"; .*up to 168h/],
    ["negative time", withRollout({ bake: "-1s" }), /^rollout\.bake: got "-1s"; /],
    ["time as a number", withRollout({ bake: 300 }), /^rollout\.bake: got 300; write a length of time such as/],
    ["weights that end too early", withRollout({ weights: [10, 50] }), /^rollout\.weights: got \[10,50\]; let them rise/],
    ["weights that stand still", withRollout({ weights: [50, 50, 100] }), /^rollout\.weights: /],
    ["no weights", withRollout({ weights: [] }), /^rollout\.weights: got \[\]; let them rise/],
    ["a weight of 0", withRollout({ weights: [0, 100] }), /^rollout\.weights\[0\]: got 0; write a number above 0 and up to 100/],
    ["a weight above 100", withRollout({ weights: [50, 101] }), /^rollout\.weights\[1\]: got 101; /],
    ["no gates", withRollout({ gates: [] }), /^rollout\.gates: got \[\]; write at least one gate/],
    [
      "a gate that never trips",
      withRollout({ gates: [{ metric: "error-rate", max: "100%" }] }),
      /^rollout\.gates\[0\]\.max: got "100%"; .*not including, 100%/,
    ],
    [
      "a limit without percent",
      withRollout({ gates: [{ metric: "error-rate", max: "1" }] }),
      /^rollout\.gates\[0\]\.max: got "1"; write a percentage/,
    ],
    [
      "a gate without its limit",
      withRollout({ gates: [{ metric: "p95" }] }),
      /^rollout\.gates\[0\]\.max: got nothing; write a length of time/,
    ],
    [
      "an ARN for an alarm's name",
      withRollout({ gates: [{ metric: "alarms", also: ["arn:aws:cloudwatch:eu-west-1:1:alarm:a"] }] }),
      /^rollout\.gates\[0\]\.also\[0\]: /,
    ],
    ["certain false aborts", withRollout({ gates: [{ metric: "compare", falseAborts: "0%" }] }), /^rollout\.gates\[0\]\.falseAborts: /],
    [
      "a limit that does not belong",
      withRollout({ gates: [{ metric: "health", max: "1%" }] }),
      /^rollout\.gates\[0\]\.max: got "1%"; unknown key/,
    ],
    [
      "a command with a wrong key",
      withRollout({ gates: [{ command: "x", timout: "1s" }] }),
      /\.timout: got "1s"; unknown key, did you mean "timeout"\?/,
    ],
    [
      "a probe status that cannot be",
      withRollout({ probes: [{ path: "/", status: 99 }] }),
      /^rollout\.probes\[0\]\.status: got 99; .*100 to 599/,
    ],
    ["a probe path without slash", withRollout({ probes: [{ path: "x" }] }), /^rollout\.probes\[0\]\.path: got "x"; /],
    ["an approval nobody knows", withRollout({ approval: "yes" }), /^rollout\.approval: got "yes"; write "none" or "before-first-shift"/],
    ["less patience than one reading", withRollout({ dataLimit: "1s", readEvery: "2s" }), /^rollout\.dataLimit: got "1s"; .*which is 2s/],
    ["an owner that AWS keeps for itself", { project: "shop", owner: "aws:x" }, /^owner: got "aws:x"; .*not "aws:" first/],
    ["a cost centre that AWS keeps", { project: "shop", costCenter: "AWS:1" }, /^costCenter: got "AWS:1"; .*not "aws:" first/],
    ["a build in no time", onAws({ delivery: { buildTimeout: "1m" }, rollout: whole }), /^delivery\.buildTimeout: .*from 5m up to 36h$/],
    ["a build without end", onAws({ delivery: { buildTimeout: "37h" }, rollout: whole }), /^delivery\.buildTimeout: .*from 5m up to 36h$/],
    ["a long wait", onAws({ delivery: { queuedTimeout: "9h" }, rollout: whole }), /^delivery\.queuedTimeout: .*from 5m up to 8h$/],
    ["readings without pause", withRollout({ readEvery: "0s" }), /^rollout\.readEvery: got "0s"; .*from 10ms/],
    ["no paths", withRehearsal({ paths: [] }), /^rehearsal\.paths: got \[\]; write at least one path/],
    ["a path that is a number", withRehearsal({ paths: [7] }), /^rehearsal\.paths\[0\]: got 7; write a path such as/],
    [
      "a method nobody knows",
      withRehearsal({ paths: [{ method: "get", path: "/" }] }),
      /^rehearsal\.paths\[0\]\.method: got "get"; write one of GET/,
    ],
    [
      "a header that is none",
      withRehearsal({ paths: [{ path: "/", headers: { "x y": "1" } }] }),
      /\.headers\.x y: got "1"; write a valid header name/,
    ],
    [
      "a header with a line break",
      withRehearsal({ paths: [{ path: "/", headers: { x: "1\r\n2" } }] }),
      /\.headers\.x: got "1\\r\\n2"; leave out line breaks/,
    ],
    [
      "a length of its own",
      withRehearsal({ paths: [{ path: "/", headers: { "Content-Length": "1" } }] }),
      /\.headers\.Content-Length: got "1"; leave it out/,
    ],
    [
      "a share of nothing",
      withRehearsal({ paths: [{ path: "/", share: 0 }] }),
      /^rehearsal\.paths\[0\]\.share: got 0; write a number above 0/,
    ],
    ["a negative rate", withRehearsal({ rate: -1 }), /^rehearsal\.rate: got -1; write requests per second/],
    ["an empty version", withRehearsal({ from: "" }), /^rehearsal\.from: got ""; write a git revision, a folder/],
    ...Object.entries(listedTwice).map(([list, config]): [string, unknown, RegExp] => [
      `the same twice in ${list}`,
      config,
      new RegExp(`^${list.replaceAll(/[.[\]]/g, "\\$&")}\\[1\\]: got ".+"; leave it out: the list has it already$`),
    ]),
  ])("A17 says what to write instead: %s", (_mistake, given, problem) => {
    expect(problemsIn(given)).toEqual([expect.stringMatching(problem)]);
  });
});

describe("a secret in the configuration", () => {
  // Made up here and put together at run time, so that no scanner takes this file for a leak.
  const token = `ghp_${"q7Rk2vXz9LmB4tYw8NcJ5hGd3fSa6pUe1oIx"}`;
  const service = (changes: object) => ({ project: "shop", services: { web: changes } });

  it("B16 is refused in the environment of the app, and not shown", () => {
    const told = problemsIn(service({ env: { GREETING: "hello", GITHUB: token, DB_PASSWORD: token.slice(4, 20) } }));
    expect(told).toEqual([
      expect.stringMatching(/^services\.web\.env\.GITHUB: got what looks like a secret; keep it in AWS Secrets Manager.*github-token/),
      expect.stringMatching(/^services\.web\.env\.DB_PASSWORD: got what looks like a secret; .*a password/),
    ]);
    expect(told.join("\n")).not.toContain(token.slice(4, 10));
  });

  it.each([
    ["DB_PASSWORD", "hunter2"],
    ["SMTP_PWD", "letmein"],
    ["DATABASE_URL", `mysql://shop:${token.slice(4, 16)}@db.internal/shop`],
  ])("B16 is refused in %s as well where it is as simple as passwords are, or within an address", (name, text) => {
    const told = problemsIn(service({ env: { [name]: text } }));
    expect(told).toEqual([expect.stringMatching(new RegExp(`^services\\.web\\.env\\.${name}: got what looks like a secret; keep it`))]);
    expect(told.join()).not.toContain(text);
    const fine = {
      PASSWORD_LENGTH: "12",
      DB_PASSWORD: "example",
      SMTP_PWD: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:smtp-AbCdEf",
    };
    expect(problemsIn(service({ env: fine }))).toEqual([]);
  });

  it("B16 is not shown by what is wrong for another reason", () => {
    const told = problemsIn({ ...service({ env: { token } }), hub: { token } });
    expect(told.join("\n")).toMatch(/^hub: got what looks like a secret; /);
    expect(told.join("\n")).not.toContain(token.slice(4, 10));
  });

  it.each<[string, unknown]>([
    ["a key", { database: { password: "hunter2" } }],
    ["a key below one that nobody knows", { db: { adminPassword: "hunter2" } }],
    ["a list", { db: { tokens: ["hunter2"] } }],
    ["an object", { secrets: { db: "hunter2" } }],
    ["a place of a list", { rollout: { gates: [{ command: "x", apiKey: "hunter2" }] } }],
  ])("B16 is not shown where %s has the name of a secret, however short it is", (_where, wrong) => {
    const told = problemsIn({ project: "shop", ...Object(wrong) }).join("\n");
    expect(told).toContain("got what looks like a secret; ");
    expect(told).not.toContain("hunter2");
  });

  it("B16 is not what stands under such a name as an ARN, or is no text", () => {
    const key = "arn:aws:kms:eu-west-1:111122223333:key/1b2c";
    expect(problemsIn({ project: "shop", stateKey: key, secret: 5 })).toEqual([
      expect.stringContaining(`stateKey: got "${key}"`),
      expect.stringContaining("secret: got 5"),
    ]);
  });

  it.each([`arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf`, "an-example-1-of-a-token", "true"])(
    "B16 takes %s for none",
    (value) => {
      expect(problemsIn(service({ env: { API_TOKEN: value } }))).toEqual([]);
    },
  );
});
