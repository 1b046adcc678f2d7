import { BatchGetBuildsCommand, CodeBuildClient, ListBuildsForProjectCommand, type StatusType } from "@aws-sdk/client-codebuild";
import { describe, expect, it } from "vitest";
import { originOf } from "../../../lib/worlds/aws/builds.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

const [wanted, other] = ["a".repeat(64), "b".repeat(64)];

interface Build {
  readonly pushed?: string;
  readonly status?: StatusType;
}

/** CodeBuild with the builds of one project, the newest first, two a page. */
function codeBuild(builds: readonly Build[]) {
  const ids = builds.map((_, at) => `shop-image:${at}`);
  const asked: string[] = [];
  const client = faked(
    new CodeBuildClient({ region, credentials }),
    on(ListBuildsForProjectCommand, ({ projectName, nextToken = "0" }) => {
      const from = Number(nextToken);
      asked.push(`${projectName} ${from}`);
      return { ids: ids.slice(from, from + 2), ...(from + 2 < ids.length && { nextToken: String(from + 2) }) };
    }),
    on(BatchGetBuildsCommand, ({ ids: some = [] }) => ({
      builds: some.map((id) => {
        const { pushed, status = "SUCCEEDED" as const } = builds[ids.indexOf(id)] ?? {};
        const value = pushed === undefined ? "none" : `sha256:${pushed}`;
        return {
          id,
          buildStatus: status,
          initiator: "codepipeline/shop",
          exportedEnvironmentVariables: [
            { name: "IMAGE_DIGEST", value: `sha256:${wanted}` },
            { name: "BUILT_DIGEST", value },
          ],
        };
      }),
    })),
  );
  return { client, asked };
}

describe("C06 where an image comes from", () => {
  it.each<[string, readonly Build[], object]>([
    ["a build that pushed it, among later ones", [{}, { pushed: other }, {}, { pushed: wanted }], { is: "built", build: "shop-image:3" }],
    ["builds that only found it in the registry", [{}, {}, {}], { is: "unknown", builds: 3 }],
    ["no build at all", [], { is: "unknown", builds: 0 }],
    [
      "a build that failed after the push",
      [{ pushed: other }, { pushed: wanted, status: "FAILED" }],
      { is: "unfinished", build: "shop-image:1", status: "FAILED" },
    ],
    [
      "a build that has not ended: what follows the push, such as the scan, has not come to pass",
      [{ pushed: wanted, status: "IN_PROGRESS" }],
      { is: "unfinished", build: "shop-image:0", status: "IN_PROGRESS" },
    ],
    [
      "several that failed after it, of which the newest is told",
      [{ pushed: wanted, status: "TIMED_OUT" }, {}, {}, { pushed: wanted, status: "FAILED" }],
      { is: "unfinished", build: "shop-image:0", status: "TIMED_OUT" },
    ],
    [
      "two builds that pushed the very same, of which the older ended well",
      [{ pushed: wanted, status: "FAILED" }, {}, {}, { pushed: wanted }],
      { is: "built", build: "shop-image:3" },
    ],
  ])("is told by CodeBuild's record: %s", async (_what, builds, expected) => {
    expect(await originOf(codeBuild(builds).client, "shop-image", wanted)).toMatchObject(expected);
  });

  it("is looked for in the newest builds alone: a project may have any number", async () => {
    const { client, asked } = codeBuild(Array.from({ length: 50 }, () => ({})));
    expect(await originOf(client, "shop-image", wanted)).toEqual({ is: "unknown", builds: 20 });
    expect(asked).toHaveLength(10);
  });
});
