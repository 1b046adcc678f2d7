import { lineOf, read, type Told } from "./deployment.ts";
import type { Pipelines, Run } from "./pipelines.ts";

interface Surroundings {
  readonly pipelines: Pipelines;
  write(line: string): void;
  now(): Date;
  /** Milliseconds until Lambda ends the invocation. */
  remaining(): number;
}

/** What the last call to CodePipeline may take, in milliseconds: whatever was not done by then is reported as failed. */
export const margin = 5_000;

/**
 * Records a deployment, and tells CodePipeline how that went on every path, as the pipeline waits for it. What nobody waits for throws, and
 * so does a report that does not arrive: Lambda tries both again, and what never succeeds stays in the dead-letter queue.
 */
export async function handle(event: unknown, around: Surroundings): Promise<void> {
  const received = read(event);
  if (!("job" in received)) return recordEvent(received.told, around);
  const { job, told } = received;
  try {
    if ("problem" in told) throw new Error(told.problem);
    await recordJob(told, around);
    await inTime(around.pipelines.succeed(job), around.remaining() - margin);
  } catch (problem) {
    await around.pipelines.fail(job, problem instanceof Error ? problem.message : String(problem));
  }
}

/** A deployment is recorded even where CodePipeline does not say who started it: it is live. */
async function recordJob(told: Told, { pipelines, write, now, remaining }: Surroundings): Promise<void> {
  const asked = inTime(pipelines.run(told.pipeline, told.execution), remaining() - 2 * margin);
  const run = await asked.catch((problem: unknown): Run | undefined => {
    write(JSON.stringify({ level: "warn", message: `cannot tell who started run ${told.execution}: ${String(problem)}` }));
    return undefined;
  });
  write(lineOf(told, run, now()));
}

/** What fails has no job, and neither has what is turned back; every other deployment is recorded by its job. */
async function recordEvent(told: Told, { pipelines, write, now, remaining }: Surroundings): Promise<void> {
  const run = await inTime(pipelines.run(told.pipeline, told.execution), remaining() - margin);
  if (told.outcome === "failed" || run.turnsBack) write(lineOf(told, run, now()));
}

/** The work, or an error once the time is over. */
async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("there was no time left")), Math.max(0, milliseconds));
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
