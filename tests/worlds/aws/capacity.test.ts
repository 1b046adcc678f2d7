import { DescribeInstanceTypesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect, it } from "vitest";
import { vcpusOf } from "../../../lib/worlds/aws/capacity.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

it("X06 how many vCPUs an instance takes of a quota is asked of EC2, which knows types that are newer than its SDK", async () => {
  const client = faked(
    new EC2Client({ region, credentials }),
    on(DescribeInstanceTypesCommand, ({ InstanceTypes = [] }) => ({
      InstanceTypes: InstanceTypes.map((InstanceType) => ({ InstanceType, VCpuInfo: { DefaultVCpus: 4, DefaultCores: 2 } })),
    })),
  );
  expect(await vcpusOf(client, "m99.xlarge")).toBe(4);
});
