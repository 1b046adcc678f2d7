import { DescribeInstanceTypesCommand, type EC2Client, type _InstanceType as InstanceType } from "@aws-sdk/client-ec2";
import { asked } from "./failure.ts";

/** The vCPUs of one instance of a type. */
export async function vcpusOf(client: EC2Client, type: string): Promise<number> {
  return await asked(`find out how large ${type} is`, async () => {
    // AWS adds types faster than its SDK knows them.
    const { InstanceTypes: [found] = [] } = await client.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type as InstanceType] }));
    return found?.VCpuInfo?.DefaultVCpus ?? 0;
  });
}
