import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { CreateTransitGatewayCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateHostedZoneCommand, GetHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Question } from "../../../lib/ports/account.ts";
import { awsAccount } from "../../../lib/worlds/aws/account.ts";
import { accountContract } from "../../contracts/account.ts";
import { region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { processEnvironment } from "./process-environment.ts";
import { environmentOf } from "./wire.ts";

type Kind = Question["kind"];
/** Makes what a question is about, where it is there, and returns the question. */
type Arrange = (there: boolean) => Promise<Question>;

const environment = processEnvironment();
const domain = "shop.example.com";
/** Moto's account. */
const account = "123456789012";

/** Name servers of the zones that were made, as the world would know them. */
const world = new Map<string, readonly string[]>();

/** A zone, to which the zone above points or not. */
async function makeZone(delegate: boolean): Promise<string> {
  const client = new Route53Client({ region });
  const { HostedZone: made } = await client.send(new CreateHostedZoneCommand({ Name: domain, CallerReference: `${Date.now()}` }));
  const { DelegationSet: set } = await client.send(new GetHostedZoneCommand({ Id: made?.Id }));
  world.set(domain, delegate ? (set?.NameServers ?? []) : ["ns.registrar.example"]);
  return made?.Id?.replace("/hostedzone/", "") ?? "";
}

/** A certificate, issued by an authority of one's own, or one that waits for its record. */
async function makeCertificate(issued: boolean): Promise<string> {
  const authority = `arn:aws:acm-pca:${region}:${account}:certificate-authority/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809`;
  const wanted = { DomainName: domain, ValidationMethod: "DNS" as const, ...(issued && { CertificateAuthorityArn: authority }) };
  const { CertificateArn: arn = "" } = await new ACMClient({ region }).send(new RequestCertificateCommand(wanted));
  return arn;
}

const arranged: { readonly [K in Kind]?: Arrange } = {
  bootstrap: async (there) => {
    const parameter = { Name: "/cdk-bootstrap/hnb659fds/version", Value: there ? "21" : "5", Type: "String" as const, Overwrite: true };
    await new SSMClient({ region }).send(new PutParameterCommand(parameter));
    return { kind: "bootstrap", region, account, version: 6 };
  },
  secret: async (there) => {
    const where = there ? "/shop/token" : "/shop/nobody-wrote-it";
    if (there) await new SSMClient({ region }).send(new PutParameterCommand({ Name: where, Value: "hunter2", Type: "SecureString" }));
    return { kind: "secret", region, reference: { kind: "parameter", where, account, region } };
  },
  bucket: async (there) => {
    const made = { Bucket: "acme-state", CreateBucketConfiguration: { LocationConstraint: region } } as const;
    if (there) await new S3Client({ region }).send(new CreateBucketCommand(made));
    return { kind: "bucket", region, bucket: "acme-state" };
  },
  key: async (there) => {
    const client = new KMSClient({ region });
    const { KeyMetadata: made } = await client.send(new CreateKeyCommand({}));
    if (!there) await client.send(new DisableKeyCommand({ KeyId: made?.KeyId }));
    return { kind: "key", region, arn: made?.Arn ?? "" };
  },
  image: async (there) => {
    const client = new ECRClient({ region });
    if (there) {
      await client.send(new CreateRepositoryCommand({ repositoryName: "shop/web" }));
      const mediaType = "application/vnd.oci.image.manifest.v1+json";
      const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: { digest: `sha256:${"0".repeat(64)}`, size: 1 },
        layers: [],
      });
      await client.send(new PutImageCommand({ repositoryName: "shop/web", imageTag: "seed", imageManifest }));
    }
    return { kind: "image", region, registry: account, repository: "shop/web", tag: "seed" };
  },
  certificate: async (there) => ({ kind: "certificate", region, arn: await makeCertificate(there) }),
  "certificate of": async (there) => {
    await makeCertificate(there);
    return { kind: "certificate of", region, account, domain };
  },
  zone: async (there) => ({ kind: "zone", region, account, domain: `www.${domain}`, zone: await makeZone(there) }),
  "zone of": async (there) => {
    if (there) await makeZone(true);
    return { kind: "zone of", region, account, domain };
  },
  subscription: async (there) => {
    const client = new SNSClient({ region });
    const { TopicArn: topic = "" } = await client.send(new CreateTopicCommand({ Name: "shop-notices" }));
    const endpoint = "a@example.com";
    if (there) await client.send(new SubscribeCommand({ TopicArn: topic, Protocol: "email", Endpoint: endpoint }));
    return { kind: "subscription", region, account, topic, endpoint };
  },
  // An account begins with a network in each region, and may have five.
  quota: async (there) => {
    const taken = { of: "networks", without: { Project: "shop" } } as const;
    return { kind: "quota", region, account, service: "vpc", code: "L-F678F1CE", needs: there ? 4 : 5, taken };
  },
  stack: async (there) => {
    const name = "shop-test-euw1-base";
    const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "shop" } } } });
    if (there) await new CloudFormationClient({ region }).send(new CreateStackCommand({ StackName: name, TemplateBody }));
    return { kind: "stack", region, account, name };
  },
  part: async (there) => {
    const client = new ElasticLoadBalancingV2Client({ region });
    const [{ VpcId = "" } = {}] = (await new EC2Client({ region }).send(new DescribeVpcsCommand({}))).Vpcs ?? [];
    const wanted = { Name: "shop-test-web-blue", Protocol: "HTTP" as const, Port: 80, VpcId };
    const { TargetGroups: [made] = [] } = await client.send(new CreateTargetGroupCommand(wanted));
    const name = made?.TargetGroupArn ?? "";
    // Somebody deletes it by hand.
    if (!there) await client.send(new DeleteTargetGroupCommand({ TargetGroupArn: name }));
    return { kind: "part", region, account, of: "target group", name };
  },
  "transit gateway": async (there) => {
    const made = there ? await new EC2Client({ region }).send(new CreateTransitGatewayCommand({})) : undefined;
    const id = made?.TransitGateway?.TransitGatewayId ?? "tgw-0123456789abcdef0";
    return { kind: "transit gateway", region, account, id };
  },
};

const noMoto = whyNo("moto");
describe("with an emulator", () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  beforeAll(async () => {
    if (noMoto === undefined) server = await emulator("moto");
  }, 60_000);
  afterAll(() => server?.close());

  const kinds = Object.keys(arranged) as Kind[];
  accountContract("moto", noMoto, kinds, async () => {
    await server?.reset();
    environment(environmentOf(server?.url ?? ""));
    return {
      account: awsAccount({ region, limit: duration(20_000), nameServers: async (name) => world.get(name) ?? [] }),
      of: account,
      arrange: async (kind, state) => {
        const arrange = arranged[kind];
        if (!arrange) throw new Error(`nobody arranges ${kind}`);
        return await arrange(state === "there");
      },
      close: async () => {},
    };
  });
});
