/** One run of a pipeline, as CodePipeline knows it. */
export interface Run {
  /** Who or what started it: the kind of trigger, and the person, rule or push behind it. */
  readonly who: string;
  /** The revision of its source. */
  readonly revision: string | undefined;
  /** Whether it turns a stage back to what ran there before. */
  readonly turnsBack: boolean;
}

/** What the function asks CodePipeline. */
export interface Pipelines {
  run(pipeline: string, id: string): Promise<Run>;
  /** Ends a job: until one of the two arrives, the action waits. */
  succeed(job: string): Promise<void>;
  fail(job: string, message: string): Promise<void>;
}
