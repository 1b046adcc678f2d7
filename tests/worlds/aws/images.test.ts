import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from "@aws-sdk/client-ecr";
import { expect, it } from "vitest";
import { imageOf } from "../../../lib/worlds/aws/images.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

it("C06 a version that is in no registry is told with the registry that was asked, and the command that lists what is there", async () => {
  const client = faked(
    new ECRClient({ region, credentials }),
    on(DescribeImagesCommand, () => {
      throw new ImageNotFoundException({ message: "The image with imageId does not exist", $metadata: {} });
    }),
  );
  const repository = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/web";
  await expect(imageOf(client, repository, "v9")).rejects.toMatchObject({
    code: "version/missing",
    message: `there is no image v9 in ${repository}`,
    fix: expect.stringMatching(/aws ecr list-images --registry-id 111111111111 --region eu-west-1 --repository-name shop\/web$/),
  });
});
