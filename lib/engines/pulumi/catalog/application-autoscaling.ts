import { isMark, isTree } from "../codecs.ts";
import { entry } from "../entry.ts";

export const target = entry("AWS::ApplicationAutoScaling::ScalableTarget", "aws:appautoscaling/target:Target", {
  ref: "resourceId",
  none: { ScheduledActions: "another resource in Pulumi" },
});

/** CloudFormation names the target by its id, Pulumi by its three parts. */
export const policy = entry("AWS::ApplicationAutoScaling::ScalingPolicy", "aws:appautoscaling/policy:Policy", {
  ref: "arn",
  attributes: { Arn: "arn" },
  fields: {
    PolicyName: "name",
    TargetTrackingScalingPolicyConfiguration: {
      to: "targetTrackingScalingPolicyConfiguration",
      none: { CustomizedMetricSpecification: "no plan has one" },
    },
  },
  none: {
    StepScalingPolicyConfiguration: "no plan has steps here",
    PredictiveScalingPolicyConfiguration: "no plan predicts",
  },
  code: {
    handles: ["ScalingTargetId", "ResourceId", "ScalableDimension", "ServiceNamespace"],
    arguments: ["resourceId", "scalableDimension", "serviceNamespace"],
    forward({ ScalingTargetId: target, ...said }, args) {
      const id = isTree(target) ? target.Ref : undefined;
      if (id === undefined)
        Object.assign(args, {
          resourceId: said.ResourceId,
          scalableDimension: said.ScalableDimension,
          serviceNamespace: said.ServiceNamespace,
        });
      else {
        const of = (name: string) => ({ "Fn::GetAtt": [id, name] });
        Object.assign(args, { resourceId: target, scalableDimension: of("ScalableDimension"), serviceNamespace: of("ServiceNamespace") });
      }
    },
    back({ resourceId, scalableDimension, serviceNamespace }, properties) {
      if (isMark(resourceId)) properties.ScalingTargetId = resourceId;
      else Object.assign(properties, { ResourceId: resourceId, ScalableDimension: scalableDimension, ServiceNamespace: serviceNamespace });
    },
  },
});
