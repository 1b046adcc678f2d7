// What Lambda's Node.js runtime brings along, as far as the functions here use it (AWS Lambda Developer Guide, "Lambda runtimes": the
// AWS SDK for JavaScript v3 is included). It is not bundled, and need not be installed to build or test a function.

declare module "@aws-sdk/client-codepipeline" {
  export class CodePipelineClient {
    constructor(options: { readonly maxAttempts?: number });
    send(command: GetPipelineExecutionCommand): Promise<GetPipelineExecutionOutput>;
    send(command: PutJobSuccessResultCommand | PutJobFailureResultCommand): Promise<object>;
  }
  export class GetPipelineExecutionCommand {
    private readonly kind: "GetPipelineExecution";
    constructor(input: { readonly pipelineName: string; readonly pipelineExecutionId: string });
  }
  export class PutJobSuccessResultCommand {
    private readonly kind: "PutJobSuccessResult";
    constructor(input: { readonly jobId: string });
  }
  export class PutJobFailureResultCommand {
    private readonly kind: "PutJobFailureResult";
    constructor(input: { readonly jobId: string; readonly failureDetails: { readonly type: "JobFailed"; readonly message: string } });
  }
  export interface GetPipelineExecutionOutput {
    readonly pipelineExecution?: {
      readonly executionType?: string;
      readonly artifactRevisions?: readonly { readonly revisionId?: string }[];
      readonly trigger?: { readonly triggerType?: string; readonly triggerDetail?: string };
    };
  }
}
