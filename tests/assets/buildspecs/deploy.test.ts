import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Answer, type Given, type Ran, runSpec } from "./stand-ins.ts";

const image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${"a".repeat(64)}`;
const deployment = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/shop/web/1";
const files = {
  "imageDetail.json": JSON.stringify({ ImageURI: image }),
  "taskdef.json": JSON.stringify({
    family: "web",
    containerDefinitions: [
      { name: "proxy", image: "nginx" },
      { name: "web", image: "<IMAGE1_NAME>" },
    ],
  }),
};

const described = (status: string, more: object = {}): Answer => ({
  to: "aws ecs describe-service-deployments",
  stdout: { serviceDeployments: [{ status, lifecycleStage: "BAKE_TIME", ...more }] },
});

/** A service that nothing else deploys. A call that is answered in `answers` is answered so. */
function deploy(ends: Answer, { answers = [], ...given }: Given = {}): Promise<Ran> {
  return runSpec("deploy", {
    source: files,
    ...given,
    env: { CLUSTER: "shop", SERVICE: "web", POLL_SECONDS: "0", POLLS_UNTIL_LISTED: "2", ...given.env },
    answers: [
      ...answers,
      { to: "aws ecs list-service-deployments", stdout: { serviceDeployments: [] }, times: 1 },
      { to: "aws ecs list-service-deployments", stdout: { serviceDeployments: [{ serviceDeploymentArn: deployment }] } },
      { to: "aws ecs register-task-definition", stdout: { taskDefinition: { taskDefinitionArn: "arn:aws:ecs:…:task-definition/web:8" } } },
      { to: "aws ecs update-service", stdout: {} },
      ends,
    ],
  });
}

const linesOf = (ran: Ran, verb: string): readonly string[] => ran.calls.map(({ line }) => line).filter((line) => line.includes(verb));

describe("deploy.yml", () => {
  test.each([false, true])(
    "D02 the scanned image is released as a revision of the newest tasks, and waited for (shells apart: %s)",
    async (apart) => {
      const ran = await deploy(described("SUCCESSFUL"), { apart });
      expect(ran.is).toBe("passed");
      const { containerDefinitions } = JSON.parse(readFileSync(ran.at("revision.json"), "utf8"));
      expect(containerDefinitions).toEqual([
        { name: "proxy", image: "nginx" },
        { name: "web", image },
      ]);
      expect(linesOf(ran, "update-service")[0]).toContain(
        "--cluster shop --service web --task-definition arn:aws:ecs:…:task-definition/web:8",
      );
      expect(linesOf(ran, "describe-service-deployments")[0]).toContain(deployment);
    },
  );

  test.each(["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED", "SOMETHING_NEW"])(
    "D02 a deployment that ends as %s is no success, and says why",
    async (status) => {
      const ran = await deploy(described(status, { statusReason: "alarm shop-web-green-errors" }));
      expect([ran.is, ran.log.includes(status), ran.log.includes("alarm shop-web-green-errors")]).toEqual(["failed", true, true]);
    },
  );

  test("D02 it waits as long as the deployment runs, also on its way back", async () => {
    const going = ["PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS"].map((status) => ({ ...described(status), times: 1 }));
    const ran = await deploy(described("ROLLBACK_SUCCESSFUL"), { answers: going });
    expect([ran.is, linesOf(ran, "describe-service-deployments").length]).toEqual(["failed", 4]);
  });

  test("D02 beside another deployment nothing is registered or updated", async () => {
    const busy = { to: "aws ecs list-service-deployments", stdout: { serviceDeployments: [{ serviceDeploymentArn: deployment }] } };
    const ran = await deploy(described("SUCCESSFUL"), { answers: [busy] });
    expect([ran.is, ran.calls.length]).toEqual(["failed", 1]);
    expect(ran.log).toContain(deployment);
  });

  test("D02 an update that starts no deployment is no success", async () => {
    const none = { to: "aws ecs list-service-deployments", stdout: { serviceDeployments: [] } };
    const ran = await deploy(described("SUCCESSFUL"), { answers: [none] });
    expect([ran.is, ran.log.includes("lists no deployment")]).toEqual(["failed", true]);
  });

  test.each([
    ["an image without a digest", { ...files, "imageDetail.json": JSON.stringify({ ImageURI: "shop:latest" }) }],
    [
      "tasks that await no image",
      { ...files, "taskdef.json": JSON.stringify({ family: "web", containerDefinitions: [{ name: "web", image: "nginx" }] }) },
    ],
    ["no tasks", { "imageDetail.json": files["imageDetail.json"] }],
  ])("D02 %s is refused before anything is registered", async (_what, source) => {
    const ran = await deploy(described("SUCCESSFUL"), { source });
    expect([ran.is, linesOf(ran, "register-task-definition")]).toEqual(["failed", []]);
  });
});
