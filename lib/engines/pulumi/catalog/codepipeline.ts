import { entry } from "../entry.ts";

export const pipeline = entry("AWS::CodePipeline::Pipeline", "aws:codepipeline/pipeline:Pipeline", {
  ref: "name",
  fields: {
    ArtifactStores: { to: "artifactStores", in: { ArtifactStore: { to: "." } } },

    Stages: {
      to: "stages",
      in: {
        Actions: {
          to: "actions",
          in: {
            ActionTypeId: { to: "." },
            InputArtifacts: { to: "inputArtifacts", pluck: "Name" },
            OutputArtifacts: { to: "outputArtifacts", pluck: "Name" },
            Configuration: { to: "configuration", as: { forward: texts, back: (value) => value } },
          },
        },

        OnFailure: { to: "onFailure", none: { Conditions: "no plan has conditions" } },
      },
      none: { Blockers: "not an API", BeforeEntry: "no plan has conditions", OnSuccess: "no plan has conditions" },
    },

    Triggers: {
      to: "triggers",
      in: { GitConfiguration: { to: "gitConfiguration", in: { Push: { to: "pushes" } } } },
    },
  },
  none: {
    ArtifactStore: "use ArtifactStores, also for one region",
    DisableInboundStageTransitions: "an operation and not a setting",
    RestartExecutionOnUpdate: "CloudFormation only",
  },
});

/** The provider's map holds text alone. */
function texts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typeof one === "object" ? one : String(one)]));
}
