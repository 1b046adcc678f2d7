import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

/** What an account has where CDK was set up. */
export async function bootstrap(account: string, region: string): Promise<void> {
  await new SSMClient({ region }).send(new PutParameterCommand({ Name: "/cdk-bootstrap/hnb659fds/version", Value: "30", Type: "String" }));
  const assets = `cdk-hnb659fds-assets-${account}-${region}`;
  await new S3Client({ region, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: assets }));
}
