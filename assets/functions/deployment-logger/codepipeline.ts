import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import type { Pipelines } from "./pipelines.ts";

/** CodePipeline of the function's own region: jobs are known only there. */
export function codePipeline(client: Pick<CodePipelineClient, "send"> = new CodePipelineClient({ maxAttempts: 3 })): Pipelines {
  return {
    run: async (pipeline, id) => {
      const answer = await client.send(new GetPipelineExecutionCommand({ pipelineName: pipeline, pipelineExecutionId: id }));
      const { trigger, artifactRevisions = [], executionType } = answer.pipelineExecution ?? {};
      return {
        who: [trigger?.triggerType, trigger?.triggerDetail].filter((part) => part).join(" ") || "unknown",
        revision: artifactRevisions[0]?.revisionId,
        turnsBack: executionType === "ROLLBACK",
      };
    },
    succeed: async (job) => {
      await client.send(new PutJobSuccessResultCommand({ jobId: job }));
    },
    fail: async (job, message) => {
      // CodePipeline API reference, FailureDetails: a message of 1 to 5,000 characters.
      const told = message.slice(0, 5000) || "failed without a message";
      await client.send(new PutJobFailureResultCommand({ jobId: job, failureDetails: { type: "JobFailed", message: told } }));
    },
  };
}
