import { parseArn } from "../../aws/arns.ts";
import { isBucketUrl, withRegion } from "../../aws/state-url.ts";
import type { Problem } from "../problems.ts";
import type { Rule } from "./rule.ts";

/** A pipeline that runs Pulumi must know where the state is, and in which region: Pulumi would look in whatever region it finds (A07). */
export const pulumiKnowsItsState: Rule = ({ engine, delivery, environments }) => {
  if (!delivery) return undefined;
  const path = ["delivery", "pulumi"];
  const { home, pulumi } = delivery;
  if (engine !== "pulumi") return pulumi ? { path, fix: 'leave it out, or take the engine "pulumi"' } : undefined;
  if (home === undefined)
    return pulumi
      ? { path: ["delivery", "home"], fix: "name the environment that holds the pipeline, with its stages in `stages`" }
      : undefined;
  if (!pulumi)
    return { path, fix: 'say where the state is, such as { backend: "s3://acme-state/shop?region=eu-west-1", key: "arn:aws:kms:…" }' };
  const region = environments.find(({ name }) => name === home)?.regions[0];
  return stateProblems(path, pulumi, region);
};

/** A workflow runs Pulumi as well, and must know the same (A07). */
export const workflowKnowsItsState: Rule = ({ engine, workflow, environments }) => {
  if (!workflow) return undefined;
  const path = ["workflow"];
  if (engine !== "pulumi") return { path, fix: 'leave it out, or take the engine "pulumi": the workflow runs Pulumi' };
  return stateProblems(path, workflow, environments[0]?.regions[0]);
};

interface State {
  readonly backend: string;
  readonly key: string;
}

function stateProblems(path: readonly string[], state: State, region = "<region>"): readonly Problem[] {
  return [...backendProblems([...path, "backend"], state, region), ...keyProblems([...path, "key"], state)];
}

function backendProblems(path: readonly string[], { backend }: State, region: string): readonly Problem[] {
  if (!isBucketUrl(backend)) return [{ path, fix: `write the URL of a bucket, such as "s3://acme-state/shop?region=${region}"` }];
  const corrected = withRegion(backend, region);
  return corrected === undefined
    ? []
    : [{ path, fix: `say where the bucket is; if it is in the region of the pipeline, write "${corrected}"` }];
}

function keyProblems(path: readonly string[], { key }: State): readonly Problem[] {
  const parsed = parseArn(key);
  const isKey = "arn" in parsed && parsed.arn.service === "kms" && parsed.arn.resource.startsWith("key/");
  const wrong = "problem" in parsed ? parsed.problem : isKey ? undefined : "it is none of a key; an alias may be missing in another region";
  return wrong === undefined ? [] : [{ path, fix: `write the ARN of a key in KMS: ${wrong}` }];
}
