import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const reference = "{{resolve:ssm:/shop/flag}}";
const environments = { production: { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com", zone: "new" } };
const compute = { kind: "ecs", cpu: 512, memory: 1024 };

function problems(given: object): readonly string[] {
  const checked = checkConfig({ project: "shop", ...given });
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

it("A02 B16 refuses what CloudFormation would fill in and Pulumi would not, wherever it stands and whatever else is wrong", () => {
  const services = {
    web: { env: { FLAG: `on=${reference}`, PLAIN: "{{name}} and {resolve:this}" }, compute },
    jobs: { env: { FLAG: reference }, migrate: `flag ${reference}`, compute: { ...compute, cpu: 7 } },
  };
  const found = problems({ services, environments });
  const refused = found.filter((one) => one.includes("CloudFormation would fill this in, and Pulumi would not"));
  expect(refused.map((one) => one.split(": ")[0]).sort()).toEqual([
    "services.jobs.env.FLAG",
    "services.jobs.migrate",
    "services.web.env.FLAG",
  ]);
  expect(found.length).toBeGreaterThan(refused.length);
});

it("X03 takes such a text in a rehearsal, where nobody fills it in", () => {
  expect(problems({ services: { web: { env: { FLAG: reference } } } })).toEqual([]);
});
