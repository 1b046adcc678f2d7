import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { captured } from "../../engines/pulumi/programs.ts";
import { allows, grantsOf } from "../policies.ts";
import type { Found, Templates } from "../template.ts";
import { both, compute, config, planned, production, service } from "./plans.ts";

const templateFor = (templates: Templates, fleet: Found): Found => templates.follow(fleet.at("LaunchTemplate.LaunchTemplateId"));
const fleetOf = (templates: Templates, slot: "Blue" | "Green"): Found =>
  templates.one("AWS::AutoScaling::AutoScalingGroup", (one) => one.id === `Fleets${slot}Fleet`);

it.each(both)("B02 blue is small and green is large, each from a launch template of its own (%s)", (_name, templates) => {
  const types = (["Blue", "Green"] as const).map((slot) =>
    templateFor(templates, fleetOf(templates, slot)).at("LaunchTemplateData.InstanceType"),
  );
  expect(types).toEqual(["t3.micro", "m5.large"]);
});

it("B02 sizes and types are what the configuration says", () => {
  const other = planned({
    services: [{ ...service, compute: { ...compute, green: { instanceType: "m5.xlarge", min: 4, max: 20, desired: 6 } } }],
  });
  const green = fleetOf(other, "Green");
  expect([green.at("MinSize"), green.at("MaxSize"), green.at("DesiredCapacity")]).toEqual(["4", "20", "6"]);
  expect(templateFor(other, green).at("LaunchTemplateData.InstanceType")).toBe("m5.xlarge");
});

it.each(both)(
  "B02 metadata answers with a token and one hop only, disks are encrypted gp3, and nobody has a key (%s)",
  (_name, templates) => {
    for (const template of templates.all("AWS::EC2::LaunchTemplate")) {
      // Amazon EC2 User Guide, "Configure the instance metadata options": required tokens are IMDSv2 alone.
      expect(template.at("LaunchTemplateData.MetadataOptions")).toEqual({
        HttpEndpoint: "enabled",
        HttpTokens: "required",
        HttpPutResponseHopLimit: 1,
      });
      expect(template.at("LaunchTemplateData.KeyName")).toBeUndefined();
      const [disk] = template.parts("LaunchTemplateData.BlockDeviceMappings");
      expect([disk?.at("Ebs.Encrypted"), disk?.at("Ebs.VolumeType"), disk?.at("Ebs.DeleteOnTermination")]).toEqual([true, "gp3", true]);
      const key = templates.follow(disk?.at("Ebs.KmsKeyId"));
      // Amazon EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes".
      const scaling = key
        .parts("KeyPolicy.Statement")
        .filter((one) => JSON.stringify(one.at("Condition") ?? "").includes("AWSServiceRoleForAutoScaling"));
      expect(scaling.flatMap((one) => one.texts("Action"))).toEqual(
        expect.arrayContaining(["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*"]),
      );
      for (const one of scaling) expect(one.at("Condition.StringEquals")).toEqual({ "kms:CallerAccount": templates.account });
    }
  },
);

it.each(both)("B02 the AMI is looked up by EC2 at each start, and a fleet follows the newest template (%s)", (_name, templates) => {
  for (const fleet of templates.all("AWS::AutoScaling::AutoScalingGroup")) {
    const template = templateFor(templates, fleet);
    expect(template.at("LaunchTemplateData.ImageId")).toBe(`resolve:ssm:${compute.ami}`);
    expect(fleet.at("LaunchTemplate.Version")).toBe(template.attribute("LatestVersionNumber"));
  }
});

it.each(both)(
  "B02 instances are in the private subnets of all zones, in their colour's target group, judged by the balancer (%s)",
  (_name, templates) => {
    const byNat = templates
      .all("AWS::EC2::Route")
      .filter((one) => one.at("NatGatewayId"))
      .map((one) => one.at("RouteTableId"));
    const routed = templates
      .all("AWS::EC2::SubnetRouteTableAssociation")
      .filter((one) => byNat.includes(one.at("RouteTableId")))
      .map((one) => one.at("SubnetId"));
    for (const slot of ["Blue", "Green"] as const) {
      const fleet = fleetOf(templates, slot);
      expect(fleet.texts("VPCZoneIdentifier")).toEqual(routed);
      const targets = templates.follow(fleet.at("TargetGroupARNs.0"));
      expect([targets.id, targets.at("TargetType")]).toEqual([`Service${slot}Targets`, "instance"]);
      expect(fleet.at("HealthCheckType")).toBe("ELB");
    }
  },
);

it.each(both)("B03 a fleet grows by target tracking and steps, and shrinks by steps alone (%s)", (_name, templates) => {
  for (const fleet of templates.all("AWS::AutoScaling::AutoScalingGroup")) {
    const policies = templates.all("AWS::AutoScaling::ScalingPolicy").filter((one) => one.at("AutoScalingGroupName") === fleet.ref);
    const tracking = policies.filter((one) => one.at("PolicyType") === "TargetTrackingScaling");
    expect(tracking.map((one) => one.at("TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType"))).toEqual([
      "ASGAverageCPUUtilization",
      "ALBRequestCountPerTarget",
    ]);
    // Amazon EC2 Auto Scaling User Guide, "Target tracking scaling policies": without scale-in, to shrink by another method.
    for (const one of tracking) expect(one.at("TargetTrackingConfiguration.DisableScaleIn")).toBe(true);
    const steps = policies.filter((one) => one.at("PolicyType") === "StepScaling");
    expect(steps.map((one) => one.at("StepAdjustments.0"))).toEqual([
      // Amazon EC2 Auto Scaling User Guide, "Step scaling policies": bounds are distances from where the alarm begins, upwards or downwards.
      { MetricIntervalLowerBound: 0, ScalingAdjustment: 2 },
      { MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
    ]);
    const alarms = steps.map((step) => templates.one("AWS::CloudWatch::Alarm", (one) => one.texts("AlarmActions").includes(step.ref)));
    for (const alarm of alarms) expect(alarm.at("Dimensions")).toEqual([{ Name: "AutoScalingGroupName", Value: fleet.ref }]);
    expect(alarms.map((one) => one.at("ComparisonOperator"))).toEqual(["GreaterThanOrEqualToThreshold", "LessThanOrEqualToThreshold"]);
  }
});

// Amazon EC2 User Guide, "Manage detailed monitoring": without it the metrics of an instance are of five minutes.
it.each(both)("B03 B20 instances are measured each minute, as the alarms on their CPU ask (%s)", (_name, templates) => {
  const onCpu = templates.all("AWS::CloudWatch::Alarm").filter((one) => one.at("Namespace") === "AWS/EC2");
  expect(onCpu.length).toBeGreaterThan(5);
  for (const alarm of onCpu) expect([alarm.at("MetricName"), alarm.at("Period")]).toEqual(["CPUUtilization", 60]);
  for (const template of templates.all("AWS::EC2::LaunchTemplate")) expect(template.at("LaunchTemplateData.Monitoring.Enabled")).toBe(true);
});

it.each(both)("C14 instances and their volumes have the tags of the environment (%s)", (name, templates) => {
  for (const fleet of templates.all("AWS::AutoScaling::AutoScalingGroup")) {
    const tags = fleet.parts("Tags");
    expect(tags.map((tag) => tag.at("PropagateAtLaunch"))).toEqual(tags.map(() => true));
    const template = templateFor(templates, fleet);
    const [volumes, ...others] = template.parts("LaunchTemplateData.TagSpecifications");
    expect([volumes?.at("ResourceType"), others]).toEqual(["volume", []]);
    for (const tagged of [tags, volumes?.parts("Tags") ?? []])
      expect(tagged.map((tag) => [tag.at("Key"), tag.at("Value")])).toEqual([
        ["CostCenter", "CC-3120"],
        ["Environment", name],
        ["ManagedBy", "sluice"],
        ["Owner", "fulfilment"],
        ["Project", "orders"],
      ]);
  }
});

it("B03 the step up begins above the target and the step down below, whatever the target", () => {
  for (const cpu of [20, 60, 90]) {
    const other = planned({ services: [{ ...service, compute: { ...compute, scaleOn: { cpu } } }] });
    const threshold = (what: string): number =>
      other.one("AWS::CloudWatch::Alarm", (one) => one.id === `ScalingGreenSteps${what}Alarm`).number("Threshold");
    expect(threshold("Up")).toBeGreaterThan(cpu);
    expect(threshold("Down")).toBeLessThan(cpu);
  }
});

it.each(both)("B03 B18 requests are followed only once the target group is behind the load balancer (%s)", (_name, templates) => {
  const followers = templates
    .all("AWS::AutoScaling::ScalingPolicy")
    .filter((one) => one.at("TargetTrackingConfiguration.PredefinedMetricSpecification.ResourceLabel"));
  expect(followers).toHaveLength(2);
  for (const one of followers) {
    expect(one.after.map((before) => before.type)).toContain("AWS::ElasticLoadBalancingV2::ListenerRule");
    const targets = templates.follow(templates.follow(one.at("AutoScalingGroupName")).at("TargetGroupARNs.0"));
    const balancer = templates.one("AWS::ElasticLoadBalancingV2::LoadBalancer");
    // API reference, PredefinedMetricSpecification: ResourceLabel is the balancer's full name, then that of the target group.
    expect(one.at("TargetTrackingConfiguration.PredefinedMetricSpecification.ResourceLabel")).toBe(
      `${balancer.attribute("LoadBalancerFullName")}/${targets.attribute("TargetGroupFullName")}`,
    );
  }
});

it.each(both)("B03 an instance has time to become healthy, and its replacement starts before it goes (%s)", (_name, templates) => {
  for (const fleet of templates.all("AWS::AutoScaling::AutoScalingGroup")) {
    expect(fleet.number("HealthCheckGracePeriod")).toBeGreaterThan(service.startWithin / 1000);
    // Amazon EC2 Auto Scaling User Guide, "Set the default instance warmup": until then its metrics do not count.
    expect(fleet.number("DefaultInstanceWarmup")).toBeGreaterThan(service.startWithin / 1000);
    expect(fleet.at("InstanceMaintenancePolicy.MinHealthyPercentage")).toBe(100);
    // API reference, CreateAutoScalingGroup: MaxInstanceLifetime of at least a day.
    expect(fleet.number("MaxInstanceLifetime")).toBeGreaterThanOrEqual(86_400);
  }
});

const plans = ["release", "engine"] as const;

it.each(plans)(
  "B03 a changed template goes through a fleet, new before old, and leaves the sizes alone (%s holds the weights)",
  (weightHolder) => {
    const { stacks } = buildPlan({ ...config, rollout: { ...config.rollout, weightHolder } }, "development");
    const fleets = stacks.flatMap((stack) =>
      Object.values(templateOf(stack).Resources).filter(({ Type }) => Type === "AWS::AutoScaling::AutoScalingGroup"),
    );
    expect(fleets).toHaveLength(2);
    for (const { UpdatePolicy, Properties } of fleets) {
      const { MinHealthyPercentage, MaxHealthyPercentage } = Reflect.get(Properties, "InstanceMaintenancePolicy");
      expect(UpdatePolicy).toEqual({
        // AWS CDK reference, CfnAutoScalingInstanceRefresh: started by a change of LaunchTemplate, which names the newest version.
        AutoScalingInstanceRefresh: {
          Strategy: "Rolling",
          Preferences: {
            MinHealthyPercentage,
            MaxHealthyPercentage,
            InstanceWarmup: Reflect.get(Properties, "DefaultInstanceWarmup"),
            // An instance that a deploy or its end of life replaced already is not replaced again.
            SkipMatching: true,
          },
        },
        AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true },
      });
      // API reference, RefreshPreferences: with less than 100 an instance goes before its replacement is there.
      expect([MinHealthyPercentage, MaxHealthyPercentage > 100]).toEqual([100, true]);
    }
  },
);

it("B03 Pulumi starts the same refresh", async () => {
  const { resources } = await captured(buildPlan(config, "production"));
  const groups = resources.filter(({ type }) => type === "aws:autoscaling/group:Group");
  expect(groups).toHaveLength(2);
  for (const { inputs } of groups) {
    // Pulumi Registry, aws.autoscaling.Group: started by a change of launchTemplate, but never for a version "$Latest".
    expect(JSON.stringify(Reflect.get(Object(inputs.launchTemplate), "version"))).toMatch(/latestVersion/);
    expect(inputs.instanceRefresh).toEqual({
      strategy: "Rolling",
      preferences: {
        minHealthyPercentage: 100,
        maxHealthyPercentage: 150,
        instanceWarmup: String(inputs.defaultInstanceWarmup),
        skipMatching: true,
      },
    });
  }
});

it.each(both)(
  "B02 B14 B18 an instance may read releases, its parameters and its one secret, and starts with its rights (%s)",
  (_name, templates) => {
    const profile = templates.one("AWS::IAM::InstanceProfile");
    const role = templates.follow(profile.at("Roles.0"));
    for (const template of templates.all("AWS::EC2::LaunchTemplate"))
      expect(template.at("LaunchTemplateData.IamInstanceProfile.Name")).toBe(profile.ref);
    expect(role.texts("ManagedPolicyArns").map((arn) => arn.replace("arn:aws:iam::aws:policy/", ""))).toEqual([
      "AmazonSSMManagedInstanceCore",
      "CloudWatchAgentServerPolicy",
    ]);
    const grants = grantsOf(templates, role);
    const releases = templates.one("AWS::S3::Bucket", (one) => one.id === "StorageReleasesBucket");
    const may = (action: string, resource: string): boolean => grants.some((one) => allows(one, action, resource));
    expect(may("s3:GetObject", `${releases.attribute("Arn")}/blue/1.tar.gz`)).toBe(true);
    expect(may("s3:PutObject", `${releases.attribute("Arn")}/blue/1.tar.gz`)).toBe(false);
    expect(may("secretsmanager:GetSecretValue", templates.one("AWS::SecretsManager::Secret").ref)).toBe(true);
    for (const one of templates.all("AWS::SSM::Parameter"))
      expect(may("ssm:GetParameter", `arn:aws:ssm:${templates.region}:${templates.account}:parameter${one.ref}`)).toBe(true);
    for (const fleet of templates.all("AWS::AutoScaling::AutoScalingGroup"))
      expect(fleet.after.map((one) => one.at("RoleName"))).toContain(role.ref);
  },
);

/** What cloud-init gets, with names of AWS's values in place of them. */
function cloudConfig(change = {}): {
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
} {
  const plan = buildPlan({ ...config, services: [{ ...service, ...change }] }, "production");
  const stack = plan.stacks.find(({ part }) => part === "shop");
  if (!stack) throw new Error("no service");
  const [text] = JSON.parse(JSON.stringify(templateOf(stack).Resources.FleetsBlueLaunchTemplate?.Properties)).LaunchTemplateData.UserData[
    "Fn::Base64"
  ]["Fn::Sub"];
  expect(Buffer.byteLength(text)).toBeLessThan(16 * 1024);
  expect(text.startsWith("#cloud-config\n")).toBe(true);
  return JSON.parse(text.slice("#cloud-config\n".length));
}

it("B16 what a team writes reaches an instance as it is: no value passes through a shell, and nothing of it is filled in", () => {
  const { write_files, runcmd } = cloudConfig({
    start: 'node a.js "${HOME}" && echo $X',
    env: { GREETING: 'say "hi" for $5 ${AWS::Region} \\' },
  });
  const file = (name: string): string | undefined => write_files.find((one) => one.path === name)?.content;
  expect(file("/opt/sluice/start")).toBe('exec node a.js "${!HOME}" && echo $X\n');
  expect(file("/etc/sluice/app.env")).toContain('GREETING="say \\"hi\\" for \\$5 \\${!AWS::Region} \\\\"');
  expect(runcmd.every((command) => Array.isArray(command) && !command.includes("sh"))).toBe(true);
});

it("B16 no password stands in what an instance is told: it gets the secret's ARN", () => {
  const { write_files } = cloudConfig();
  const env = write_files.find((one) => one.path === "/etc/sluice/app.env")?.content ?? "";
  expect(env).toContain('DATABASE_SECRET_ARN="${DATABASE_SECRET_ARN}"');
  expect(JSON.stringify(production.all("AWS::EC2::LaunchTemplate").map((one) => one.value))).not.toContain("resolve:secretsmanager");
});
