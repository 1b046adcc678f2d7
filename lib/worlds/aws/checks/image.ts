import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done } from "./check.ts";

/** The image is there by its tag. */
export const image: Check<"image"> = ({ region, registry: registryId, repository: repositoryName, tag: imageTag }, means) =>
  withClient(new ECRClient(inTime(region)), async (client) => {
    const asked = await call(
      means,
      "ecr:DescribeImages",
      (options) => client.send(new DescribeImagesCommand({ registryId, repositoryName, imageIds: [{ imageTag }] }), options),
      {
        ImageNotFoundException: `no image in ${repositoryName} has the tag`,
        RepositoryNotFoundException: `there is no registry ${repositoryName} yet`,
      },
    );
    if (asked.is !== "told") return asked;
    const [found] = asked.value.imageDetails ?? [];
    return done(`pushed ${found?.imagePushedAt?.toISOString().slice(0, 10) ?? "at a time that AWS does not tell"}`);
  });
