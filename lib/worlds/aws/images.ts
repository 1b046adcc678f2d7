import { DescribeImagesCommand, type ECRClient, ImageNotFoundException } from "@aws-sdk/client-ecr";
import { commitTag } from "../../aws/tags.ts";
import { UserError } from "../../base/errors.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { asked } from "./failure.ts";

/**
 * The image of a version, which is a tag or a digest, in the repository of this URI. From here on it is known by its digest alone; by a digest that a
 * pipeline hands on it is called as the commit that its builds tag images with (C14).
 */
export async function imageOf(client: ECRClient, repository: string, version: string): Promise<Artifact> {
  const [host = "", ...name] = repository.split("/");
  // 111111111111.dkr.ecr.eu-west-1.amazonaws.com (Amazon ECR User Guide, "Amazon ECR private registry").
  const [registryId = "", , , region = ""] = host.split(".");
  const imageId = version.startsWith("sha256:") ? { imageDigest: version } : { imageTag: version };
  const found = await asked(`find the image ${version}`, () =>
    client.send(new DescribeImagesCommand({ registryId, repositoryName: name.join("/"), imageIds: [imageId] })).catch((error: unknown) => {
      if (error instanceof ImageNotFoundException) return { imageDetails: [] };
      throw error;
    }),
  );
  const [{ imageDigest: digest, imageTags = [] } = {}] = found.imageDetails ?? [];
  if (digest === undefined) {
    throw new UserError(
      "version/missing",
      `there is no image ${version} in ${repository}`,
      `push it first, or name one that is there: aws ecr list-images --registry-id ${registryId} --region ${region} --repository-name ${name.join("/")}`,
    );
  }
  return artifactOf(repository, digest.replace("sha256:", ""), (version === digest && commitIn(imageTags)) || version);
}

/** The one commit that an image is tagged with; several may be of the same content, and say nothing of which was meant. */
function commitIn(tags: readonly string[]): string | undefined {
  const commits = tags.filter((one) => commitTag(one) !== undefined);
  return commits.length === 1 ? commits[0] : undefined;
}

/** An image as a fleet takes it. */
export function artifactOf(repository: string, digest: string, version: string): Artifact {
  return { digest, version, file: `${repository}@sha256:${digest}`, start: "" };
}
