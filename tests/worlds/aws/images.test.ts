import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from "@aws-sdk/client-ecr";
import { expect, it } from "vitest";
import { imageOf } from "../../../lib/worlds/aws/images.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

const repository = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/web";
const [commit, other] = ["0a1b2c3d".repeat(5), "4f2a9c1b".repeat(5)];
const imageDigest = `sha256:${"a".repeat(64)}`;

it.each([
  ["by its digest alone, is called as the commit that it is tagged with", imageDigest, ["v1.2", commit], commit],
  ["by its digest alone, and is tagged with two commits, is called by the digest", imageDigest, [commit, other], imageDigest],
  ["by its digest alone, and has no tag, is called by the digest", imageDigest, undefined, imageDigest],
  ["by a tag keeps that name", "v1.2", ["v1.2", commit], "v1.2"],
])("C14 an image that is named %s", async (_what, version, imageTags, called) => {
  const client = faked(
    new ECRClient({ region, credentials }),
    on(DescribeImagesCommand, () => ({ imageDetails: [{ imageDigest, imageTags }] })),
  );
  expect(await imageOf(client, repository, version)).toMatchObject({ version: called, file: `${repository}@${imageDigest}` });
});

it("C06 a version that is in no registry is told with the registry that was asked, and the command that lists what is there", async () => {
  const client = faked(
    new ECRClient({ region, credentials }),
    on(DescribeImagesCommand, () => {
      throw new ImageNotFoundException({ message: "The image with imageId does not exist", $metadata: {} });
    }),
  );
  await expect(imageOf(client, repository, "v9")).rejects.toMatchObject({
    code: "version/missing",
    message: `there is no image v9 in ${repository}`,
    fix: expect.stringMatching(/aws ecr list-images --registry-id 111111111111 --region eu-west-1 --repository-name shop\/web$/),
  });
});
