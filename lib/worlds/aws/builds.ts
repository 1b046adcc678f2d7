import { BatchGetBuildsCommand, type Build, type CodeBuildClient, ListBuildsForProjectCommand } from "@aws-sdk/client-codebuild";
import { asked } from "./failure.ts";

/** What CodeBuild knows of where an image or archive comes from. */
export type Origin =
  /** A build that ended well pushed it; `initiator` is who started that, such as `codepipeline/shop`. */
  | { readonly is: "built"; readonly build: string; readonly initiator: string }
  /** The build that pushed it did not end well: what should have followed the push did not. */
  | { readonly is: "unfinished"; readonly build: string; readonly status: string }
  /** None of the newest builds pushed it. */
  | { readonly is: "unknown"; readonly builds: number };

/** The variable by which assets/buildspecs/image.yml and archive.yml tell what a build has pushed itself. */
const exported = "BUILT_DIGEST";

/** As many builds are looked at as are told in ten pages; CodeBuild keeps them for a year (AWS CodeBuild User Guide, "View build details"). */
const mostPages = 10;

/** Looks for the build of a project that pushed the image or archive of this digest, the newest first. */
export async function originOf(client: CodeBuildClient, project: string, digest: string): Promise<Origin> {
  return await asked(`look through the builds of ${project}`, async () => {
    let nextToken: string | undefined;
    let unfinished: Origin | undefined;
    let builds = 0;
    for (let page = 0; page < mostPages; page++) {
      const { ids = [], nextToken: next } = await client.send(
        new ListBuildsForProjectCommand({ projectName: project, ...(nextToken !== undefined && { nextToken }) }),
      );
      // A page has as many as BatchGetBuilds takes.
      const told = ids.length > 0 ? ((await client.send(new BatchGetBuildsCommand({ ids }))).builds ?? []) : [];
      const pushed = told.filter((build) => pushedBy(build) === digest);
      const well = pushed.find(({ buildStatus }) => buildStatus === "SUCCEEDED");
      if (well) return { is: "built", build: well.id ?? "", initiator: well.initiator ?? "somebody" };
      const [other] = pushed;
      if (other) unfinished ??= { is: "unfinished", build: other.id ?? "", status: other.buildStatus ?? "" };
      builds += told.length;
      nextToken = next;
      if (nextToken === undefined) break;
    }
    return unfinished ?? { is: "unknown", builds };
  });
}

const pushedBy = ({ exportedEnvironmentVariables = [] }: Build): string | undefined =>
  exportedEnvironmentVariables.find(({ name }) => name === exported)?.value?.replace("sha256:", "");
