import { STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Answer, Question } from "../../../lib/ports/account.ts";
import { awsAccount, refuseOtherAccount } from "../../../lib/worlds/aws/account.ts";
import { accountContract } from "../../contracts/account.ts";
import { processEnvironment } from "./process-environment.ts";
import {
  addresses,
  certificateIs,
  connectionIs,
  ec2Error,
  gatewayIs,
  head,
  interfaces,
  jsonError,
  ledgerItem,
  networks,
  parameter,
  queryError,
  questions,
  quotaIs,
  servers,
  stackIs,
  subscriptions,
  summaries,
  zoneIs,
  zonesAre,
} from "./replies.ts";
import { signedOut } from "./stand-in.ts";
import { asking, environmentOf, identity, json, openWire, type Reply, type Wire } from "./wire.ts";

type Kind = Question["kind"];
type Said = Readonly<Record<string, Reply>>;

const kinds = Object.values(questions).map(({ kind }) => kind);
const environment = processEnvironment();
const limit = duration(10_000);
const open = (nameServers: (name: string) => Promise<readonly string[]> = async () => servers) =>
  awsAccount({ region: "eu-west-1", limit, nameServers });

/** For each kind, what AWS says of a step that was taken, and of one that was not. */
const replies: { readonly [K in Kind]: { readonly there: Said; readonly missing: Said } } = {
  bootstrap: {
    there: { "ssm GetParameter": parameter("21") },
    missing: { "ssm GetParameter": jsonError("ParameterNotFound") },
  },
  secret: {
    there: { "ssm GetParameter": parameter("AQICAHencrypted", "SecureString") },
    missing: { "ssm GetParameter": jsonError("ParameterNotFound") },
  },
  bucket: {
    there: { "s3 HeadBucket": head(200, { "x-amz-bucket-region": "eu-west-1" }) },
    missing: { "s3 HeadBucket": head(404) },
  },
  key: {
    there: { "kms DescribeKey": json({ KeyMetadata: { KeyId: "k", Enabled: true, KeyState: "Enabled" } }) },
    missing: { "kms DescribeKey": jsonError("NotFoundException", "Key does not exist") },
  },
  image: {
    there: { "ecr DescribeImages": json({ imageDetails: [{ imageTags: ["seed"], imagePushedAt: 1_700_000_000 }] }) },
    missing: { "ecr DescribeImages": jsonError("ImageNotFoundException") },
  },
  certificate: {
    there: { "acm DescribeCertificate": certificateIs("ISSUED") },
    missing: { "acm DescribeCertificate": jsonError("ResourceNotFoundException") },
  },
  "certificate of": {
    there: { "acm ListCertificates": summaries({ made: "ISSUED" }), "acm DescribeCertificate": certificateIs("ISSUED") },
    missing: { "acm ListCertificates": summaries({}) },
  },
  zone: {
    there: { "route53 GetHostedZone": zoneIs() },
    missing: { "route53 GetHostedZone": queryError("NoSuchHostedZone", "No hosted zone found", 404) },
  },
  "zone of": {
    there: { "route53 ListHostedZonesByName": zonesAre("shop.example.com"), "route53 GetHostedZone": zoneIs() },
    missing: { "route53 ListHostedZonesByName": zonesAre("the-next-one.example.com") },
  },
  connection: {
    there: { "cloudcontrolapi GetResource": connectionIs("AVAILABLE") },
    missing: { "cloudcontrolapi GetResource": jsonError("ResourceNotFoundException", "not found") },
  },
  subscription: {
    there: { "sns ListSubscriptionsByTopic": subscriptions({ "a@example.com": `${questions.subscription.topic}:1b2c3d4e` }) },
    missing: { "sns ListSubscriptionsByTopic": queryError("NotFound", "Topic does not exist", 404) },
  },
  quota: {
    there: { "servicequotas GetServiceQuota": quotaIs(5), "ec2 DescribeVpcs": networks("other", "other", "shop") },
    missing: { "servicequotas GetServiceQuota": quotaIs(2), "ec2 DescribeVpcs": networks("other", "other", "shop") },
  },
  stack: {
    there: { "cloudformation DescribeStacks": stackIs("UPDATE_ROLLBACK_COMPLETE") },
    missing: { "cloudformation DescribeStacks": queryError("ValidationError", "Stack with id shop-test-euw1-base does not exist") },
  },
  part: {
    there: { "dynamodb DescribeTable": json({ Table: { TableName: "shop-test-euw1-ledger", TableStatus: "ACTIVE" } }) },
    missing: { "dynamodb DescribeTable": jsonError("ResourceNotFoundException", "Requested resource not found") },
  },
  ledger: {
    there: { "dynamodb Query": json({ Items: [ledgerItem(1, 0), ledgerItem(0)] }) },
    missing: { "dynamodb Query": json({ Items: [ledgerItem(1, 9), ledgerItem(0)] }) },
  },
  "transit gateway": {
    there: { "ec2 DescribeTransitGateways": gatewayIs("enable") },
    missing: { "ec2 DescribeTransitGateways": ec2Error("InvalidTransitGatewayID.NotFound", "does not exist") },
  },
};

function say(wire: Wire, said: Said): void {
  for (const [call, reply] of Object.entries(said)) wire.say(call, reply);
}

accountContract("what AWS's documents say that it answers", undefined, kinds, async () => {
  const wire = await openWire();
  environment(environmentOf(wire.url));
  return {
    account: open(),
    of: asking.account,
    arrange: async (kind, state) => {
      say(wire, replies[kind][state]);
      return questions[kind];
    },
    close: wire.close,
  };
});

describe("an account on AWS", () => {
  let wire: Wire;
  beforeEach(async () => {
    wire = await openWire();
    environment(environmentOf(wire.url));
  });
  afterEach(() => wire.close());

  const answer = (kind: Kind, said: Said, account = open()): Promise<Answer> => {
    say(wire, said);
    return account.answer(questions[kind]);
  };

  test.each<readonly [string, Kind, Said, string]>([
    ["a bootstrap that is too old", "bootstrap", { "ssm GetParameter": parameter("5") }, "bootstrapped with version 5, and 6 is needed"],
    [
      "a bucket in another region than the URL says",
      "bucket",
      { "s3 HeadBucket": head(200, { "x-amz-bucket-region": "us-east-1" }) },
      "the bucket is in us-east-1",
    ],
    [
      "a key that will be deleted",
      "key",
      { "kms DescribeKey": json({ KeyMetadata: { KeyId: "k", Enabled: false, KeyState: "PendingDeletion" } }) },
      "the key is PendingDeletion",
    ],
    [
      "a registry that the deploy has not made",
      "image",
      { "ecr DescribeImages": jsonError("RepositoryNotFoundException") },
      "there is no registry shop/web yet",
    ],
    [
      "a certificate whose record is missing, with the record",
      "certificate",
      {
        "acm DescribeCertificate": certificateIs("PENDING_VALIDATION", {
          DomainValidationOptions: [
            { DomainName: "done.example.com", ValidationStatus: "SUCCESS", ResourceRecord: { Name: "_0", Type: "CNAME", Value: "_1" } },
            {
              DomainName: "shop.example.com",
              ValidationStatus: "PENDING_VALIDATION",
              ResourceRecord: { Name: "_a.shop.example.com.", Type: "CNAME", Value: "_b.acm-validations.aws." },
            },
          ],
        }),
      },
      "it is PENDING_VALIDATION, its record is not found: _a.shop.example.com. CNAME _b.acm-validations.aws.",
    ],
    [
      "a certificate that was refused, with the reason",
      "certificate",
      { "acm DescribeCertificate": certificateIs("FAILED", { FailureReason: "CAA_ERROR" }) },
      "it is FAILED, CAA_ERROR",
    ],
    ["a zone of another name", "zone", { "route53 GetHostedZone": zoneIs({ name: "other.com" }) }, "is that of other.com"],
    ["a zone that only a network sees", "zone", { "route53 GetHostedZone": zoneIs({ isPrivate: true }) }, "is private"],
    ["a handshake that waits", "connection", { "cloudcontrolapi GetResource": connectionIs("PENDING") }, "it is PENDING"],
    [
      "an address that has not confirmed",
      "subscription",
      { "sns ListSubscriptionsByTopic": subscriptions({ "a@example.com": "PendingConfirmation" }) },
      "not confirmed yet",
    ],
    [
      "an address that AWS has forgotten, though another has confirmed",
      "subscription",
      { "sns ListSubscriptionsByTopic": subscriptions({ "b@example.com": `${questions.subscription.topic}:1b2c3d4e` }) },
      "it is not subscribed",
    ],
    [
      "networks of others that leave no room",
      "quota",
      { "servicequotas GetServiceQuota": quotaIs(5), "ec2 DescribeVpcs": networks("a", "b", "c", "d", "e") },
      "AWS allows 5, others have 5, and 1 must fit",
    ],
    [
      "a gateway that leaves attachments waiting",
      "transit gateway",
      { "ec2 DescribeTransitGateways": gatewayIs("disable") },
      "222222222222 must set AutoAcceptSharedAttachments",
    ],
    [
      "a stack whose first deploy failed",
      "stack",
      { "cloudformation DescribeStacks": stackIs("ROLLBACK_COMPLETE") },
      "it is ROLLBACK_COMPLETE",
    ],
    [
      "a stack that AWS could not turn back",
      "stack",
      { "cloudformation DescribeStacks": stackIs("UPDATE_ROLLBACK_FAILED") },
      "UPDATE_ROLLBACK_FAILED",
    ],
    [
      "a domain that has no certificate, though another has",
      "certificate of",
      { "acm ListCertificates": summaries({ other: "ISSUED" }, { domain: "other.com" }) },
      "there is no certificate for shop.example.com yet",
    ],
    [
      "a domain whose only zone is private",
      "zone of",
      { "route53 ListHostedZonesByName": zonesAre("shop.example.com", { isPrivate: true }) },
      "there is no zone shop.example.com yet",
    ],
    [
      "a gateway that goes away",
      "transit gateway",
      { "ec2 DescribeTransitGateways": gatewayIs("enable", { state: "deleting" }) },
      "it is deleting",
    ],
  ])("X11: to do, in words that name it: %s", async (_what, kind, said, because) => {
    expect(await answer(kind, said)).toEqual({ is: "to do", because: expect.stringContaining(because) });
  });

  test("X11: a ledger is read to its beginning, and says where it is not what was written", async () => {
    expect(await answer("ledger", replies.ledger.there)).toEqual({
      is: "done",
      because: "each of its 2 entries follows from the one before it",
    });
    expect(await answer("ledger", replies.ledger.missing)).toMatchObject({
      is: "to do",
      because: expect.stringContaining("position 1 of"),
    });
    const gone = { "dynamodb Query": jsonError("ResourceNotFoundException") };
    expect(await answer("ledger", gone)).toEqual({
      is: "to do",
      because: expect.stringMatching(/^the ledger releases is not there: somebody deleted it, or/),
    });
    const newer = { "dynamodb Query": json({ Items: [{ position: { N: "0" }, entry: { S: '{"v":2}' } }] }) };
    expect(await answer("ledger", newer)).toMatchObject({ is: "unknown", because: expect.stringContaining("version 2") });
  });

  test("X11: of a stack that AWS is still changing nothing is claimed", async () => {
    const said = { "cloudformation DescribeStacks": stackIs("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") };
    expect(await answer("stack", said)).toMatchObject({ is: "unknown" });
  });

  const words = (action: string): string => `User: ${asking.arn} is not authorized to perform: ${action}`;
  const inJson = (action: string): Reply => jsonError("AccessDeniedException", words(action));

  test.each<readonly [Kind, string, Reply, string]>([
    ["bootstrap", "ssm GetParameter", inJson("ssm:GetParameter"), "ssm:GetParameter"],
    ["secret", "ssm GetParameter", inJson("ssm:GetParameter"), "ssm:GetParameter"],
    ["bucket", "s3 HeadBucket", head(403), "s3:ListBucket"],
    ["key", "kms DescribeKey", inJson("kms:DescribeKey"), "kms:DescribeKey"],
    ["key", "kms DescribeKey", jsonError("AccessDeniedException", "no"), "kms:DescribeKey"],
    ["image", "ecr DescribeImages", inJson("ecr:DescribeImages"), "ecr:DescribeImages"],
    ["certificate", "acm DescribeCertificate", inJson("acm:DescribeCertificate"), "acm:DescribeCertificate"],
    ["certificate of", "acm ListCertificates", inJson("acm:ListCertificates"), "acm:ListCertificates"],
    ["zone", "route53 GetHostedZone", queryError("AccessDenied", words("route53:GetHostedZone"), 403), "route53:GetHostedZone"],
    [
      "zone of",
      "route53 ListHostedZonesByName",
      queryError("AccessDenied", words("route53:ListHostedZonesByName"), 403),
      "route53:ListHostedZonesByName",
    ],
    [
      "connection",
      "cloudcontrolapi GetResource",
      jsonError("GeneralServiceException", words("codeconnections:GetConnection")),
      "codeconnections:GetConnection",
    ],
    ["connection", "cloudcontrolapi GetResource", inJson("cloudformation:GetResource"), "cloudformation:GetResource"],
    [
      "subscription",
      "sns ListSubscriptionsByTopic",
      queryError("AuthorizationError", words("SNS:ListSubscriptionsByTopic"), 403),
      "SNS:ListSubscriptionsByTopic",
    ],
    ["quota", "servicequotas GetServiceQuota", inJson("servicequotas:GetServiceQuota"), "servicequotas:GetServiceQuota"],
    [
      "stack",
      "cloudformation DescribeStacks",
      queryError("AccessDenied", words("cloudformation:DescribeStacks"), 403),
      "cloudformation:DescribeStacks",
    ],
    ["ledger", "dynamodb Query", inJson("dynamodb:Query"), "dynamodb:Query"],
    [
      "transit gateway",
      "ec2 DescribeTransitGateways",
      ec2Error("UnauthorizedOperation", "You are not authorized to perform this operation.", 403),
      "ec2:DescribeTransitGateways",
    ],
  ])("X11: who lacks a permission is told which: %s", async (kind, call, reply, action) => {
    expect(await answer(kind, { [call]: reply })).toEqual({ is: "refused", action, because: expect.stringMatching(/\S/) });
  });

  test.each(kinds)("X11: what AWS does not answer in time is unknown, and nothing waits for it: %s", async (kind) => {
    for (const call of Object.keys(replies[kind].there)) wire.say(call, undefined);
    const hasty = awsAccount({ region: "eu-west-1", limit: duration(50), nameServers: async () => servers });
    expect(await hasty.answer(questions[kind])).toEqual({ is: "unknown", because: "AWS did not answer in time" });
    // On a machine that is busy the time may be over before anything was asked.
    if (wire.calls.length > 0) await wire.hungUp;
  });

  test("X11: where AWS does not say in time who asks, that is the obstacle", async () => {
    wire.say("sts GetCallerIdentity", undefined);
    const hasty = awsAccount({ region: "eu-west-1", limit: duration(50), nameServers: async () => servers });
    await expect(hasty.caller()).rejects.toMatchObject({ code: "engine/failed", message: expect.stringContaining("in time") });
  });

  test("X11: what AWS fails at is unknown, with its words", async () => {
    const failed = await answer("key", { "kms DescribeKey": jsonError("KMSInternalException", "try another day") });
    expect(failed).toEqual({ is: "unknown", because: "could not ask AWS (kms:DescribeKey): try another day" });
  });

  test("X11: without credentials nobody asks, and it says how to sign in", async () => {
    environment({ ...signedOut, AWS_ENDPOINT_URL: wire.url });
    await expect(open().caller()).rejects.toMatchObject({ code: "engine/no-credentials", fix: expect.stringContaining("aws sso login") });
    expect(wire.calls).toEqual([]);
  });

  test.each<readonly [string, () => Promise<readonly string[]>, Partial<Answer>]>([
    ["the zone's own, in any order and writing", async () => ["NS-2.awsdns-02.net.", "ns-1.awsdns-01.com"], { is: "done" }],
    [
      "those of somebody else",
      async () => ["ns.registrar.example"],
      {
        is: "to do",
        because: expect.stringMatching(/the world asks ns.registrar.example about shop.example.com.*ns-1.awsdns-01.com, ns-2/),
      },
    ],
    [
      "none at all",
      async () => Promise.reject(Object.assign(new Error("queryNs ENOTFOUND"), { code: "ENOTFOUND" })),
      { is: "to do", because: expect.stringContaining("the zone above it must name ns-1.awsdns-01.com, ns-2.awsdns-02.net") },
    ],
    [
      "nothing, for DNS does not answer",
      async () => Promise.reject(Object.assign(new Error("queryNs ETIMEOUT"), { code: "ETIMEOUT" })),
      { is: "unknown", because: expect.stringContaining("ETIMEOUT") },
    ],
  ])("X11: a zone is compared with what public DNS says: %s", async (_what, nameServers, expected) => {
    expect(await answer("zone", replies.zone.there, open(nameServers))).toMatchObject(expected);
  });

  test("X11: a zone that the deploy made and nobody points to says what the zone above must name", async () => {
    const told = await answer(
      "zone of",
      replies["zone of"].there,
      open(async () => ["ns.registrar.example"]),
    );
    expect(told).toEqual({ is: "to do", because: expect.stringContaining("ns-1.awsdns-01.com, ns-2.awsdns-02.net") });
  });

  test("X11: DNS is asked about the zone's name, which can be above the domain", async () => {
    const asked: string[] = [];
    await answer(
      "zone",
      replies.zone.there,
      open(async (name) => [...servers, name].filter((one) => (one === name ? !asked.push(one) : true))),
    );
    expect(asked).toEqual(["shop.example.com"]);
  });

  test("X11: of several certificates for a domain the issued one counts, on whatever page it is", async () => {
    wire.say("acm ListCertificates", summaries({ failed: "FAILED" }, { next: "2" }));
    const asked = open().answer(questions["certificate of"]);
    await wire.called("acm ListCertificates");
    const said = {
      "acm ListCertificates": summaries({ old: "EXPIRED", made: "ISSUED" }),
      "acm DescribeCertificate": certificateIs("ISSUED"),
    };
    say(wire, said);
    expect(await asked).toMatchObject({ is: "done" });
    expect(wire.calls.at(-1)?.body).toContain("certificate/made");
  });

  test("X11: an address on a later page of subscriptions is found", async () => {
    const call = "sns ListSubscriptionsByTopic";
    wire.say(call, subscriptions({ "b@example.com": "PendingConfirmation" }, "<NextToken>2</NextToken>"), replies.subscription.there[call]);
    expect(await open().answer(questions.subscription)).toMatchObject({ is: "done" });
    expect(wire.calls.at(-1)?.body).toContain("NextToken=2");
  });

  test("X11: a zone of the name on a later page is found, and pages of other names are not asked for", async () => {
    const call = "route53 ListHostedZonesByName";
    wire.say("route53 GetHostedZone", zoneIs());
    wire.say(
      call,
      zonesAre("shop.example.com", { isPrivate: true, next: "shop.example.com" }),
      zonesAre("shop.example.com", { next: "z.com" }),
    );
    expect(await open().answer(questions["zone of"])).toMatchObject({ is: "done" });
    expect(wire.calls.filter((one) => one.call === call)).toHaveLength(2);
  });

  test("X11: a quota that was never raised is the one that AWS gives everybody", async () => {
    const said = {
      "servicequotas GetServiceQuota": jsonError("NoSuchResourceException"),
      "servicequotas GetAWSDefaultServiceQuota": quotaIs(5),
      "ec2 DescribeVpcs": networks(),
    };
    expect(await answer("quota", said)).toEqual({ is: "done", because: "AWS allows 5, others have 0, and 1 must fit" });
  });

  test("X11: addresses that others hold take room, too", async () => {
    say(wire, { "servicequotas GetServiceQuota": quotaIs(5), "ec2 DescribeAddresses": addresses("192.0.2.1", "192.0.2.2") });
    const taken = { of: "addresses", without: { Project: "shop" } } as const;
    expect(await open().answer({ ...questions.quota, service: "ec2", code: "L-0263D0A3", needs: 4, taken })).toEqual({
      is: "to do",
      because: "AWS allows 5, others have 2, and 4 must fit",
    });
  });

  test("X06: what AWS measures as used takes room, too, whoever uses it; what it does not measure does not", async () => {
    const UsageMetric = {
      MetricNamespace: "AWS/Usage",
      MetricName: "ResourceCount",
      MetricDimensions: { Service: "Fargate", Resource: "vCPU" },
    };
    const used = (...Values: number[]) =>
      say(wire, {
        "servicequotas GetServiceQuota": json({ Quota: { Value: 6, UsageMetric } }),
        "monitoring GetMetricData": json({ MetricDataResults: [{ Id: "used", Values, Timestamps: Values.map(() => 1_700_000_000) }] }),
      });
    const asked = { ...questions.quota, service: "fargate", code: "L-3032A538", taken: { of: "usage" }, needs: 3 } as const;
    used(4, 1);
    expect(await open().answer(asked)).toEqual({ is: "to do", because: "AWS allows 6, in use are 4, and 3 must fit" });
    expect(wire.calls.at(-1)?.body).toContain('"Dimensions":[{"Name":"Service","Value":"Fargate"},{"Name":"Resource","Value":"vCPU"}]');
    used(3);
    expect(await open().answer(asked)).toEqual({ is: "done", because: "AWS allows 6, in use are 3, and 3 must fit" });
    used(4);
    const empty = json({ MetricDataResults: [{ Id: "used", StatusCode: "PartialData", Values: [], Timestamps: [] }], NextToken: "2" });
    const rest = json({ MetricDataResults: [{ Id: "used", Values: [4], Timestamps: [1_700_000_000] }] });
    wire.say("monitoring GetMetricData", empty, rest);
    expect(await open().answer(asked)).toEqual({ is: "to do", because: "AWS allows 6, in use are 4, and 3 must fit" });
    used();
    expect(await open().answer(asked)).toMatchObject({ is: "done", because: expect.stringContaining("what else runs there counts") });
    say(wire, { "servicequotas GetServiceQuota": quotaIs(6) });
    expect(await open().answer(asked)).toMatchObject({ is: "done", because: expect.stringContaining("what else runs there counts") });
  });

  test("X06: network interfaces are counted page by page, and may not be by everybody", async () => {
    const asked = { ...questions.quota, service: "vpc", code: "L-DF5E4CA3", taken: { of: "interfaces" }, needs: 3 } as const;
    say(wire, { "servicequotas GetServiceQuota": quotaIs(6) });
    wire.say("ec2 DescribeNetworkInterfaces", interfaces(3, "2"), interfaces(1));
    expect(await open().answer(asked)).toEqual({ is: "to do", because: "AWS allows 6, in use are 4, and 3 must fit" });
    expect(wire.calls.at(-1)?.body).toMatch(/MaxResults=1000.*NextToken=2|NextToken=2.*MaxResults=1000/);
    wire.say("ec2 DescribeNetworkInterfaces", interfaces(2, "2"), interfaces(1));
    expect(await open().answer(asked)).toEqual({ is: "done", because: "AWS allows 6, in use are 3, and 3 must fit" });
    wire.say("ec2 DescribeNetworkInterfaces", ec2Error("UnauthorizedOperation", "You are not authorized to perform this operation.", 403));
    expect(await open().answer(asked)).toMatchObject({ is: "refused", action: "ec2:DescribeNetworkInterfaces" });
  });

  test("X11: of what cannot be counted it is said that others count", async () => {
    say(wire, { "servicequotas GetServiceQuota": quotaIs(6) });
    const asked = { ...questions.quota, service: "fargate", code: "L-3032A538", taken: undefined };
    expect(await open().answer({ ...asked, needs: 6 })).toMatchObject({
      is: "done",
      because: expect.stringContaining("what else runs there counts"),
    });
    expect(await open().answer({ ...asked, needs: 7 })).toMatchObject({ is: "to do" });
  });

  test("X11: the account's own gateway accepts what the account attaches, whatever it is told", async () => {
    const own = gatewayIs("disable", { owner: asking.account });
    expect(await answer("transit gateway", { "ec2 DescribeTransitGateways": own })).toMatchObject({ is: "done" });
  });

  test("X11: a connection of the service's old name is read by its type", async () => {
    say(wire, replies.connection.there);
    await open().answer({ ...questions.connection, arn: questions.connection.arn.replace("codeconnections", "codestar-connections") });
    expect(wire.calls.at(-1)?.body).toContain('"TypeName":"AWS::CodeStarConnections::Connection"');
  });

  test("X11: each question goes to the region that it is about, whatever region the environment names", async () => {
    process.env.AWS_REGION = "us-east-1";
    for (const kind of kinds) await answer(kind, replies[kind].there);
    const elsewhere = wire.calls.filter(({ call, region }) => region !== "eu-west-1" && !call.startsWith("route53 "));
    expect(elsewhere).toEqual([]);
  });
});

describe("the clock of this machine", () => {
  const asked = async (ahead: number) => {
    const wire = await openWire();
    environment(environmentOf(wire.url));
    wire.say("sts GetCallerIdentity", { ...identity, headers: { date: new Date(Date.now() - ahead).toUTCString() } });
    const client = new STSClient({ region: "eu-west-1" });
    try {
      return await refuseOtherAccount(client, asking.account, "production");
    } finally {
      client.destroy();
      await wire.close();
    }
  };

  test.each([240_000, -240_000])("X05 A12 nothing begins where it is %i ms ahead of AWS's: times of both are compared", async (ahead) => {
    const says = ahead > 0 ? /is 4 min.* ahead of AWS's/ : /is 4 min.*|3 min 5\d s behind AWS's/;
    await expect(asked(ahead)).rejects.toMatchObject({ code: "world/clock", message: expect.stringMatching(says) });
  });

  test("X05 seconds are nothing", async () => {
    await expect(asked(5_000)).resolves.toBeUndefined();
  });
});
