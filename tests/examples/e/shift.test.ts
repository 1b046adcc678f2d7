import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Found, Templates } from "../template.ts";
import { config, planOf, production, stages, staging } from "./plans.ts";

const groupOf = (templates: Templates): Found => templates.one("AWS::CodeDeploy::DeploymentGroup");
const stepsOf = (templates: Templates): unknown =>
  templates.follow(groupOf(templates).at("DeploymentConfigName")).at("TrafficRoutingConfig");
const pair = "LoadBalancerInfo.TargetGroupPairInfoList.0";

it.each(stages)("E06 CodeDeploy shifts the ECS service between two target groups by two listeners (%s)", (_name, templates) => {
  const service = templates.one("AWS::ECS::Service");
  const group = groupOf(templates);
  expect(service.at("DeploymentController.Type")).toBe("CODE_DEPLOY");
  expect(group.at("DeploymentStyle")).toEqual({ DeploymentType: "BLUE_GREEN", DeploymentOption: "WITH_TRAFFIC_CONTROL" });
  expect(group.at("ECSServices")).toEqual([{ ClusterName: service.at("Cluster"), ServiceName: service.attribute("Name") }]);
  const targets = group.parts(`${pair}.TargetGroups`).map((one) => templates.follow(one.at("Name")));
  expect(new Set(targets).size).toBe(2);
  const listeners = ["ProdTrafficRoute", "TestTrafficRoute"].map((route) =>
    templates.follow(group.texts(`${pair}.${route}.ListenerArns`)[0]),
  );
  expect(listeners.map((one) => one.at("Port"))).toEqual([443, 8443]);
  const [begins] = listeners.map((one) => one.at("DefaultActions.0.ForwardConfig.TargetGroups.0.TargetGroupArn"));
  expect(service.at("LoadBalancers.0.TargetGroupArn")).toBe(begins);
});

it.each(stages)("E06 a deployment that fails, is stopped or raises an alarm turns back by itself (%s)", (_name, templates) => {
  const group = groupOf(templates);
  expect(group.at("AutoRollbackConfiguration")).toEqual({
    Enabled: true,
    Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
  });
  expect(group.at("AlarmConfiguration")).toMatchObject({ Enabled: true, IgnorePollAlarmFailure: false });
  const alarms = group.parts("AlarmConfiguration.Alarms").map((one) => templates.follow(one.at("Name")).type);
  expect(alarms).toEqual(Array(6).fill("AWS::CloudWatch::Alarm"));
});

it("E06 equal steps are linear, in both stages: 25 % every five minutes, and the old version stays an hour", () => {
  for (const stage of [staging, production]) {
    expect(stepsOf(stage)).toEqual({ Type: "TimeBasedLinear", TimeBasedLinear: { LinearPercentage: 25, LinearInterval: 5 } });
    expect(groupOf(stage).at("BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess")).toEqual({
      Action: "TERMINATE",
      TerminationWaitTimeInMinutes: 60,
    });
  }
});

it("E06 two weights are a canary, and one is all at once, in both stages", () => {
  for (const name of ["staging", "production"]) {
    const rolled = (weights: readonly number[]) =>
      planOf(name, { rollout: { ...config.rollout, weights: [...weights], bake: duration(900_000) } });
    expect(stepsOf(rolled([10, 100]))).toEqual({
      Type: "TimeBasedCanary",
      TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 15 },
    });
    expect(stepsOf(rolled([100]))).toEqual({ Type: "AllAtOnce" });
  }
});
