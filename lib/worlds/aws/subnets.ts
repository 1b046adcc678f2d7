import { DescribeSubnetsCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { asked } from "./failure.ts";

/** A subnet that copies are started in, and how many addresses of IPv4 in it are free. */
export interface Room {
  readonly subnet: string;
  readonly free: number;
}

/** The subnets that a service of ECS starts its copies in; CodeDeploy's are said by its task sets (Amazon ECS API reference, Service: taskSets). */
export async function subnetsOfService(client: ECSClient, cluster: string, service: string): Promise<readonly string[]> {
  return await asked(`look where ${service} starts its copies`, async () => {
    const { services: [found] = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const primary = found?.taskSets?.find(({ status }) => status === "PRIMARY");
    return (primary?.networkConfiguration ?? found?.networkConfiguration)?.awsvpcConfiguration?.subnets ?? [];
  });
}

/** Each copy takes an address of its own (Amazon ECS Developer Guide, "Fargate task networking"; Amazon EC2 API reference, Subnet). */
export async function roomIn(client: EC2Client, subnets: readonly string[]): Promise<readonly Room[]> {
  if (subnets.length === 0) return [];
  return await asked("count the free addresses", async () => {
    const { Subnets: found = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [...subnets] }));
    return found.map(({ SubnetId: subnet = "", AvailableIpAddressCount: free = 0 }) => ({ subnet, free }));
  });
}
