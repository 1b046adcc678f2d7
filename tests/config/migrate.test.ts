import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const ecs = { kind: "ecs", cpu: 512, memory: 1024 };
const migrate = "node migrate.js";

/** What is wrong with a service that migrates its data. */
function wrongIn(services: object, rollout: object = { weightHolder: "release" }): readonly string[] {
  const checked = checkConfig({
    project: "shop",
    services,
    environments: { production: { account: "333333333333", regions: ["eu-central-1"], domain: "shop.example.com", zone: "new" } },
    rollout,
  });
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

it("X04, A17: a migration is run by whoever carries a release out, in a rehearsal or with the weights of AWS", () => {
  expect(checkConfig({ project: "shop", services: { web: { migrate } } })).toHaveProperty("config");
  expect(wrongIn({ web: { migrate, compute: ecs } })).toEqual([]);
  expect(wrongIn({ web: { migrate, compute: { kind: "ec2" } } })).toEqual([]);
  expect(wrongIn({ web: { compute: ecs }, api: { migrate, compute: ecs, subdomain: "api" } })).toEqual([]);
});

it.each(["codedeploy", "ecs"])("X04, A17: it is refused where %s moves the weights, and nobody would run it", (weightHolder) => {
  const steps = { codedeploy: [10, 100], ecs: [10, 100] }[weightHolder];
  expect(wrongIn({ web: { migrate, compute: ecs } }, { weightHolder, weights: steps })).toEqual([
    expect.stringMatching(/^services\.web\.migrate: leave it out, or write rollout\.weightHolder: "release"/),
  ]);
});

it("X04 B16 on instances it may take no longer than Systems Manager lets a command run, with what is around it", () => {
  const lasting = (migrateWithin: string, compute: object) => wrongIn({ web: { migrate, migrateWithin, compute } });
  expect(lasting("47h", { kind: "ec2" })).toEqual([]);
  expect(lasting("168h", ecs)).toEqual([]);
  expect(lasting("48h", { kind: "ec2" })).toEqual([
    "services.web.migrateWithin: write 47h at most: Systems Manager lets no command run for more than 48h, and this one first fetches its release",
  ]);
});
