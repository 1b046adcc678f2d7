import * as aws from "@pulumi/aws";
import { expect, it } from "vitest";
import { capture } from "../../../lib/engines/pulumi/capture.ts";

/** Two topics, of which the second has its name from the first, and fails at that where it is to. */
const topics = (project: string, fails: boolean) =>
  capture({ project, stack: "test" }, () => {
    const first = new aws.sns.Topic(`${project}-first`);
    const name = first.arn.apply((arn) => {
      if (fails) throw new Error("no name can be made");
      return arn;
    });
    new aws.sns.Topic(`${project}-second`, { name });
    return undefined;
  });

it("B17 what fails once the program has ended is told with the resource that it is of", async () => {
  await expect(topics("bad", true)).rejects.toThrow(/"name": no name can be made\nnot registered: bad-second \(aws:sns\/topic:Topic\)$/);
});

it("B17 captures at the same time do not fail for one another", async () => {
  const [good, bad, other] = await Promise.allSettled([topics("good", false), topics("bad", true), topics("other", false)]);
  expect([good.status, bad.status, other.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(good.status === "fulfilled" && good.value.resources.map(({ name }) => name)).toContain("good-second");
});
