import { bucketOf } from "../aws/state-url.ts";
import type { Config } from "../config/config.ts";
import type { Ground, Step } from "./doctor-step.ts";

/** What stacks of CDK's default synthesizer ask for (aws-cdk-lib, DefaultStackSynthesizer). */
const bootstrapVersion = 6;

/** CDK deploys with roles and a bucket that an administrator makes once in each region of an account. */
export function bootstrap({ account, region }: Ground): readonly Step[] {
  return [
    {
      id: `bootstrap ${account} ${region}`,
      what: `CDK is set up in ${region} of ${account}`,
      hint: "",
      question: { kind: "bootstrap", region, account, version: bootstrapVersion },
      run: [`npx cdk bootstrap aws://${account}/${region}`],
    },
  ];
}

/** Pulumi keeps its state outside the plan, in a bucket that must be there before, or wherever its CLI is logged in to. */
export function pulumiState({ delivery, workflow }: Config): readonly Step[] {
  const { backend = "", key = "" } = delivery?.pulumi ?? workflow ?? {};
  const place = backend === "" ? undefined : bucketOf(backend);
  if (!place) {
    return [
      {
        id: "state",
        what: "Pulumi is logged in to where its state is",
        hint: "the configuration names no bucket for it",
        question: undefined,
        run: ["pulumi whoami --verbose"],
      },
    ];
  }
  const { bucket, region } = place;
  const keyRegion = key.split(":")[3] ?? "";
  return [
    {
      id: `state ${bucket}`,
      what: `the bucket ${bucket} for Pulumi's state is in ${region}`,
      hint: "",
      question: { kind: "bucket", region, bucket },
      run: [`aws s3api head-bucket --bucket ${bucket} --region ${region}`],
    },
    {
      id: `key ${key}`,
      what: "the key of Pulumi's state and of the secrets in it is enabled",
      hint: "",
      question: { kind: "key", region: keyRegion, arn: key },
      run: [`aws kms describe-key --key-id ${key} --region ${keyRegion} --query KeyMetadata.KeyState`],
    },
  ];
}
