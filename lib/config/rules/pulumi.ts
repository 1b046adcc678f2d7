import { parseArn } from "../../aws/arns.ts";
import { isBucketUrl, withRegion } from "../../aws/state-url.ts";
import type { Environment } from "../schema/environment.ts";
import { type Findings, type Rule, readOr } from "./rule.ts";

/** A pipeline that runs Pulumi must know where the state is, and in which region: Pulumi would look in whatever region it finds (A07). */
export const pulumiKnowsItsState: Rule = (config) => {
  const { delivery } = config;
  if (!delivery) return undefined;
  const path = ["delivery", "pulumi"];
  return [
    () => {
      const { home, pulumi } = delivery;
      if (config.engine !== "pulumi") return pulumi && { path, fix: 'leave it out, or take the engine "pulumi"' };
      if (home === undefined)
        return pulumi && { path: ["delivery", "home"], fix: "name the environment that holds the pipeline, with its stages in `stages`" };
      const example = '{ backend: "s3://acme-state/shop?region=eu-west-1", key: "arn:aws:kms:…" }';
      return pulumi ? undefined : { path, fix: `say where the state is, such as ${example}` };
    },
    () => delivery.pulumi && stateProblems(path, delivery.pulumi, () => config.environments.find(({ name }) => name === delivery.home)),
  ];
};

/** A workflow runs Pulumi as well, and must know the same (A07). */
export const workflowKnowsItsState: Rule = (config) => {
  const { workflow } = config;
  if (!workflow) return undefined;
  const path = ["workflow"];
  return [
    () => (config.engine === "pulumi" ? undefined : { path, fix: 'leave it out, or take the engine "pulumi": the workflow runs Pulumi' }),
    stateProblems(path, workflow, () => config.environments[0]),
  ];
};

interface State {
  readonly backend: string;
  readonly key: string;
}

/** `place` is where the state probably is. */
function stateProblems(path: readonly string[], state: State, place: () => Environment | undefined): Findings {
  return [() => backendProblem([...path, "backend"], state, place), () => keyProblem([...path, "key"], state)];
}

function backendProblem(path: readonly string[], { backend }: State, place: () => Environment | undefined): Findings {
  const region = readOr(() => place()?.regions[0], undefined) ?? "<region>";
  if (!isBucketUrl(backend)) return { path, fix: `write the URL of a bucket, such as "s3://acme-state/shop?region=${region}"` };
  const corrected = withRegion(backend, region);
  return corrected === undefined
    ? undefined
    : { path, fix: `say where the bucket is; if it is in the region of the pipeline, write "${corrected}"` };
}

function keyProblem(path: readonly string[], { key }: State): Findings {
  const parsed = parseArn(key);
  const isKey = "arn" in parsed && parsed.arn.service === "kms" && parsed.arn.resource.startsWith("key/");
  const wrong = "problem" in parsed ? parsed.problem : isKey ? undefined : "it is none of a key; an alias may be missing in another region";
  return wrong === undefined ? undefined : { path, fix: `write the ARN of a key in KMS: ${wrong}` };
}
