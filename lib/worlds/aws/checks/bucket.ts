import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** The bucket is there, in the region that is said; in whichever it is, S3 tells (Amazon S3 API Reference, HeadBucket). */
export const bucket: Check<"bucket"> = ({ region, bucket: Bucket }, means) =>
  withClient(new S3Client({ ...inTime(region), followRegionRedirects: true }), async (client) => {
    const asked = await call(means, "s3:ListBucket", (options) => client.send(new HeadBucketCommand({ Bucket }), options), {
      NotFound: `there is no bucket ${Bucket}`,
    });
    if (asked.is !== "told") return asked;
    const { BucketRegion: found } = asked.value;
    return found === undefined || found === region
      ? done(`the bucket is in ${region}`)
      : toDo(`the bucket is in ${found}, and the configuration says ${region}: Pulumi would not find it`);
  });
