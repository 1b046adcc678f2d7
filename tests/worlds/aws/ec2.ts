/** Asks moto for something of EC2's Query API, and gives what stands in the elements of a name. */
export async function askEc2(
  url: string,
  given: Readonly<Record<string, string>>,
  region = "eu-west-1",
): Promise<(element: string) => readonly string[]> {
  const headers = { authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/ec2/aws4_request` };
  const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams({ Version: "2016-11-15", ...given }) });
  const text = await answer.text();
  return (element) => [...text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, "g"))].map(([, value = ""]) => value);
}

/** The network that an account has from the first. */
export async function networkOf(url: string, region?: string): Promise<{ readonly vpc: string; readonly subnets: string[] }> {
  const told = await askEc2(url, { Action: "DescribeSubnets" }, region);
  return { vpc: told("vpcId")[0] ?? "", subnets: told("subnetId").slice(0, 2) };
}
