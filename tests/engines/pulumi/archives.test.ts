import path from "node:path";
import { expect, it } from "vitest";
import type { Node } from "../../../lib/engines/pulumi/graph.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { captured, exampleOf } from "./programs.ts";

const plans = await Promise.all(
  (
    [
      ["a-multi-region-containers", "production"],
      ["c-pulumi-pipeline", "tools"],
    ] as const
  ).map(async ([folder, environment]) => buildPlan(await exampleOf(folder), environment)),
);

it.each(plans)("C09, A10: the code of each function of $environment is put into its bucket before the function is made", async (plan) => {
  const { resources } = await captured(plan);
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  expect(functions.length).toBeGreaterThan(0);
  for (const { inputs, dependencies } of functions) {
    const [object, ...others] = resources.filter(
      ({ type, urn }) => type === "aws:s3/bucketObjectv2:BucketObjectv2" && dependencies.includes(urn),
    );
    expect(others).toEqual([]);
    expect(object?.inputs).toMatchObject({ bucket: inputs.s3Bucket, key: inputs.s3Key, region: inputs.region });
    expect(object?.inputs.source).toMatchObject({
      $asset: { path: expect.stringMatching(path.join("dist", "functions", String(inputs.s3Key))) },
    });
  }
});

it.each(plans)("B18 C13: nothing is put into the bucket of $environment before it encrypts what it gets", async (plan) => {
  const { resources } = await captured(plan);
  const objects = resources.filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
  const encrypts = (bucket: unknown) => (one: Node) =>
    one.type === "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration" && one.inputs.bucket === bucket;
  expect(objects.length).toBeGreaterThan(0);
  for (const { inputs, dependencies } of objects) expect(dependencies).toContain(resources.find(encrypts(inputs.bucket))?.urn);
});
