import { createHash } from "node:crypto";
import type { Question } from "../../../lib/ports/account.ts";
import { json, type Reply, xml } from "./wire.ts";

type Kind = Question["kind"];

/** What is asked about, in the account whose credentials ask. */
export const questions: { readonly [K in Kind]: Extract<Question, { kind: K }> } = {
  part: { kind: "part", region: "eu-west-1", account: "111111111111", of: "table", name: "shop-test-euw1-ledger" },
  bootstrap: { kind: "bootstrap", region: "eu-west-1", account: "111111111111", version: 6 },
  secret: {
    kind: "secret",
    region: "eu-west-1",
    reference: { kind: "parameter", where: "/shop/token", account: "111111111111", region: "eu-west-1" },
  },
  bucket: { kind: "bucket", region: "eu-west-1", bucket: "acme-state" },
  key: { kind: "key", region: "eu-west-1", arn: "arn:aws:kms:eu-west-1:111111111111:key/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809" },
  image: { kind: "image", region: "eu-west-1", registry: "111111111111", repository: "shop/web", tag: "seed" },
  certificate: {
    kind: "certificate",
    region: "eu-west-1",
    arn: "arn:aws:acm:eu-west-1:111111111111:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
  },
  "certificate of": { kind: "certificate of", region: "eu-west-1", account: "111111111111", domain: "shop.example.com" },
  zone: { kind: "zone", region: "eu-west-1", account: "111111111111", domain: "www.shop.example.com", zone: "Z0123456789ABCDEFGHIJ" },
  "zone of": { kind: "zone of", region: "eu-west-1", account: "111111111111", domain: "shop.example.com" },
  connection: {
    kind: "connection",
    region: "eu-west-1",
    arn: "arn:aws:codeconnections:eu-west-1:111111111111:connection/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
  },
  subscription: {
    kind: "subscription",
    region: "eu-west-1",
    account: "111111111111",
    topic: "arn:aws:sns:eu-west-1:111111111111:shop-notices",
    endpoint: "a@example.com",
  },
  quota: {
    kind: "quota",
    region: "eu-west-1",
    account: "111111111111",
    service: "vpc",
    code: "L-F678F1CE",
    needs: 1,
    taken: { of: "networks", without: { Project: "shop", Environment: "test" } },
  },
  stack: { kind: "stack", region: "eu-west-1", account: "111111111111", name: "shop-test-euw1-base" },
  ledger: { kind: "ledger", region: "eu-west-1", account: "111111111111", table: "releases", environment: "test" },
  "transit gateway": { kind: "transit gateway", region: "eu-west-1", account: "111111111111", id: "tgw-0123456789abcdef0" },
};

/** An entry as its table has it, which says that it follows from that of `after`. */
export function ledgerItem(position: number, after?: number): object {
  const before =
    after === undefined
      ? "0".repeat(64)
      : createHash("sha256")
          .update(lineAt(after, "0".repeat(64)))
          .digest("hex");
  return { position: { N: String(position) }, entry: { S: lineAt(position, before) } };
}

const lineAt = (position: number, prevHash: string): string => {
  const holder = { name: "ann", host: "here", pid: 1, started: "1" };
  return JSON.stringify({
    v: 1,
    release: "r-1",
    position,
    step: "",
    attempt: 1,
    at: 1,
    holder,
    kind: "held",
    body: { until: 9 },
    prevHash,
  });
};

/** An error in the JSON protocols. */
export const jsonError = (type: string, message = ""): Reply => json({ __type: type, message }, 400);

/** An error in the query protocol, and in that of Route 53. */
export const queryError = (code: string, message: string, status = 400): Reply =>
  xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    status,
  );

/** An error of EC2. */
export const ec2Error = (code: string, message: string, status = 400): Reply =>
  xml(
    `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
    status,
  );

/** An answer to HEAD, which has no body. */
export const head = (status: number, headers: Readonly<Record<string, string>> = {}): Reply => ({ status, body: "", headers });

export const parameter = (value: string, type = "String"): Reply =>
  json({ Parameter: { Name: "n", Type: type, Value: value, Version: 1, LastModifiedDate: 1_700_000_000 } });

export const certificateIs = (status: string, more: object = {}): Reply =>
  json({ Certificate: { CertificateArn: questions.certificate.arn, DomainName: "shop.example.com", Status: status, ...more } });

/** Certificates for a domain by the last part of their ARN, each with its status. */
export const summaries = (statuses: Readonly<Record<string, string>>, { domain = "shop.example.com", next = "" } = {}): Reply =>
  json({
    CertificateSummaryList: Object.entries(statuses).map(([id, Status]) => ({
      CertificateArn: `arn:aws:acm:eu-west-1:111111111111:certificate/${id}`,
      DomainName: domain,
      Status,
    })),
    ...(next !== "" && { NextToken: next }),
  });

const zoneXml = (isPrivate: boolean, name: string): string =>
  `<HostedZone><Id>/hostedzone/Z0123456789ABCDEFGHIJ</Id><Name>${name}.</Name><CallerReference>c</CallerReference><Config><PrivateZone>${isPrivate}</PrivateZone></Config></HostedZone>`;

/** The name servers of the zone in these replies. */
export const servers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"];

export const zoneIs = ({ isPrivate = false, name = "shop.example.com" } = {}): Reply =>
  xml(
    `<GetHostedZoneResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">${zoneXml(isPrivate, name)}${
      isPrivate
        ? ""
        : `<DelegationSet><NameServers>${servers.map((one) => `<NameServer>${one}</NameServer>`).join("")}</NameServers></DelegationSet>`
    }</GetHostedZoneResponse>`,
  );

/** A page of zones; `next`: the name with which the next one begins. */
export const zonesAre = (name: string, { isPrivate = false, next = "" } = {}): Reply =>
  xml(
    `<ListHostedZonesByNameResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZones>${zoneXml(isPrivate, name)}</HostedZones><IsTruncated>${
      next !== ""
    }</IsTruncated>${
      next === "" ? "" : `<NextDNSName>${next}.</NextDNSName><NextHostedZoneId>ZNEXT</NextHostedZoneId>`
    }<MaxItems>100</MaxItems></ListHostedZonesByNameResponse>`,
  );

export const connectionIs = (status: string): Reply =>
  json({
    TypeName: "AWS::CodeConnections::Connection",
    ResourceDescription: { Identifier: questions.connection.arn, Properties: JSON.stringify({ ConnectionStatus: status }) },
  });

export const subscriptions = (arns: Readonly<Record<string, string>>, next = ""): Reply =>
  xml(
    `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${Object.entries(
      arns,
    )
      .map(
        ([endpoint, arn]) =>
          `<member><SubscriptionArn>${arn}</SubscriptionArn><Owner>111111111111</Owner><Protocol>email</Protocol><Endpoint>${endpoint}</Endpoint><TopicArn>${questions.subscription.topic}</TopicArn></member>`,
      )
      .join("")}</Subscriptions>${next}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  );

export const quotaIs = (value: number): Reply =>
  json({ Quota: { ServiceCode: "vpc", QuotaCode: "L-F678F1CE", QuotaName: "VPCs per Region", Value: value, Unit: "None" } });

/** Networks by their project. */
export const networks = (...projects: readonly string[]): Reply =>
  xml(
    `<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet>${projects
      .map(
        (project, at) =>
          `<item><vpcId>vpc-0000000${at}</vpcId><tagSet><item><key>Project</key><value>${project}</value></item><item><key>Environment</key><value>test</value></item></tagSet></item>`,
      )
      .join("")}</vpcSet></DescribeVpcsResponse>`,
  );

/** So many network interfaces, and where the next page begins. */
export const interfaces = (count: number, next?: string): Reply => {
  const items = Array.from({ length: count }, (_, at) => `<item><networkInterfaceId>eni-0000000${at}</networkInterfaceId></item>`);
  const token = next === undefined ? "" : `<nextToken>${next}</nextToken>`;
  return xml(
    `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkInterfaceSet>${items.join("")}</networkInterfaceSet>${token}</DescribeNetworkInterfacesResponse>`,
  );
};

/** Elastic IP addresses, without tags. */
export const addresses = (...ips: readonly string[]): Reply =>
  xml(
    `<DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><addressesSet>${ips
      .map((ip) => `<item><publicIp>${ip}</publicIp><domain>vpc</domain></item>`)
      .join("")}</addressesSet></DescribeAddressesResponse>`,
  );

export const stackIs = (status: string): Reply =>
  xml(
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>shop-test-euw1-base</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );

export const gatewayIs = (accepts: string, { owner = "222222222222", state = "available" } = {}): Reply =>
  xml(
    `<DescribeTransitGatewaysResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><transitGatewaySet><item><transitGatewayId>tgw-0123456789abcdef0</transitGatewayId><state>${state}</state><ownerId>${owner}</ownerId><options><autoAcceptSharedAttachments>${accepts}</autoAcceptSharedAttachments></options></item></transitGatewaySet></DescribeTransitGatewaysResponse>`,
  );
