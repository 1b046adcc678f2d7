import { DescribeListenersCommand, DescribeLoadBalancersCommand, type Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Load balancers: active, under the name that is told. */
export function balancers(stacks: readonly Stack[], clients: In<"elb">): Promise<Found> {
  const things = told(stacks, /BalancerArn$/).map((one) => ({ called: `${one.stack.name} ${one.output}`, ...one }));
  return eachOf(things, "no stack has a load balancer", async ({ stack, output, value }) => {
    const { LoadBalancers: [found] = [] } = await clients(stack.region).elb.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [value] }),
    );
    const name = stack.outputs[output.replace(/Arn$/, "DnsName")];
    return [
      ...unless(found?.State?.Code === "active", `is ${found?.State?.Code}, not active`),
      ...unless(name === undefined || found?.DNSName === name, `is ${found?.DNSName} in DNS, not ${name}`),
    ];
  });
}

/** Listeners: HTTPS with a certificate and a current policy; that of the callers on 443. */
export function listeners(stacks: readonly Stack[], clients: In<"elb">): Promise<Found> {
  const things = told(stacks, /ListenerArn$/).map((one) => ({ called: `${one.stack.name} ${one.output}`, ...one }));
  return eachOf(things, "no stack has a listener", async ({ stack, output, value }) => {
    const { Listeners: [found] = [] } = await clients(stack.region).elb.send(new DescribeListenersCommand({ ListenerArns: [value] }));
    return problemsIn(output === "TestListenerArn", found);
  });
}

/** TLS 1.2 and 1.3 alone (Elastic Load Balancing, "Security policies for your Application Load Balancer"). */
const current = /^ELBSecurityPolicy-TLS13-1-[23]-/;

function problemsIn(ofTests: boolean, found: Listener | undefined): readonly string[] {
  const { Port, Protocol, SslPolicy, Certificates = [] } = found ?? {};
  return [
    ...unless(Protocol === "HTTPS", `speaks ${Protocol}, not HTTPS`),
    ...unless(ofTests || Port === 443, `is on ${Port}, not on 443`),
    ...unless(Certificates.length > 0, "has no certificate"),
    ...unless(SslPolicy !== undefined && current.test(SslPolicy), `takes what ${SslPolicy} allows, which is more than TLS 1.2 and 1.3`),
  ];
}
