import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import "../engines/cdk/scratch.ts";
import { cdkEngine } from "../../lib/engines/cdk/deploy.ts";
import { pulumiEngine } from "../../lib/engines/pulumi/deploy.ts";
import { bootstrap } from "../engines/cdk/bootstrap.ts";
import { missing } from "../engines/pulumi/cli.ts";
import { type StandInProvider, standInProvider } from "../engines/pulumi/stand-in.ts";
import { type Emulator, emulator, whyNo } from "../worlds/aws/emulator.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { signedOut } from "../worlds/aws/stand-in.ts";
import { ledgerTable } from "../worlds/aws/tables.ts";
import { corrected } from "./at-fifty/corrected.ts";
import { account, environmentBy, region, weighted } from "./at-fifty/environment.ts";
import { inProvider } from "./at-fifty/provider.ts";
import { byRecords, byRule, policies } from "./at-fifty/split.ts";

const certificate = `arn:aws:acm:${region}:${account}:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809`;
const split = { listener: byRule, dns: byRecords };

const signedIn = (url: string) => ({
  ...signedOut,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: region,
  AWS_ENDPOINT_URL: url,
});

const skip = whyNo("moto");
describe.skipIf(skip !== undefined)(`sluice deploy at 50 % by CloudFormation${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let moto: Emulator;
  let cloudFormation: Awaited<ReturnType<typeof corrected>>;
  const before = process.env.MOTO_ACCOUNT_ID;
  beforeAll(async () => {
    process.env.MOTO_ACCOUNT_ID = account;
    moto = await emulator("moto");
    cloudFormation = await corrected(moto.url);
  }, 90_000);
  afterAll(async () => {
    if (before === undefined) delete process.env.MOTO_ACCOUNT_ID;
    else process.env.MOTO_ACCOUNT_ID = before;
    await cloudFormation?.close();
    await moto?.close();
  });
  const signIn = processEnvironment();

  it.each(["listener", "dns"] as const)(
    "A09 B05 X04 X06 holds the lock and leaves the weights: half is read back beside a change, and what would put them back is refused (%s)",
    async (router) => {
      const folder = process.env.TMPDIR ?? "";
      signIn({
        ...signedIn(moto.url),
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
        // What CloudFormation is told of a template's place: moto takes the bucket from the host, unless that is this one.
        AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: moto.url.replace("127.0.0.1", "localhost"),
        CDK_HOME: folder,
      });
      await moto.reset();
      await bootstrap(account, region);
      const { CertificateArn = "" } = await new ACMClient({ region }).send(
        new RequestCertificateCommand({ DomainName: "orders.example.com" }),
      );
      const environment = environmentBy(router, folder, CertificateArn);
      const { plan, besides, beside } = environment;
      const callers = split[router](region);
      expect(await environment.deploy(cdkEngine, plan)).toMatchObject({ outcome: "deployed" });
      expect(await callers.read()).toBe("100/0");
      await environment.begin();
      await callers.halve();

      await environment.hold();
      await expect(environment.deploy(cdkEngine, besides)).rejects.toMatchObject({ code: "release/held" });
      await environment.letGo();
      expect(await environment.deploy(cdkEngine, besides)).toMatchObject({ outcome: "deployed" });
      expect(await policies(region)).toEqual(["ELBSecurityPolicy-TLS13-1-3-2021-06"]);
      expect(await callers.read()).toBe("50/50");
      expect(await environment.locks()).toEqual({ held: ["r-1", "a deploy"], now: undefined });

      const touched = weighted[router].ids.map((id) => expect.stringMatching(`/${id}$`));
      await expect(environment.deploy(cdkEngine, beside)).rejects.toMatchObject({ code: "release/unfinished", details: touched });
      await environment.end();
      await expect(environment.deploy(cdkEngine, beside)).rejects.toMatchObject({ code: "release/unfinished", details: touched });
      expect(await environment.deploy(cdkEngine, besides)).toMatchObject({ outcome: "unchanged" });
      expect(await callers.read()).toBe("50/50");
      // What is refused is what CloudFormation does: it sends the weights of the template as well.
      await cdkEngine(() => {}).apply(beside);
      expect(await callers.read()).not.toBe("50/50");
    },
    100_000,
  );
});

const noCli = skip ?? missing;
describe.skipIf(noCli)(`sluice deploy at 50 % by Pulumi's CLI${noCli === undefined ? "" : ` (skipped: ${noCli})`}`, () => {
  let [moto, aws]: [Emulator | undefined, StandInProvider | undefined] = [undefined, undefined];
  beforeAll(async () => {
    [moto, aws] = await Promise.all([emulator("moto"), standInProvider()]);
  }, 90_000);
  afterAll(async () => {
    aws?.close();
    await moto?.close();
  });
  const signIn = processEnvironment();

  it.each(["listener", "dns"] as const)(
    "A09 B05 X04 X06 holds the lock and leaves the weights: half is read back beside a change, also of what holds them, which is not made anew (%s)",
    async (router) => {
      if (!moto || !aws) throw new Error("nothing to ask");
      const folder = mkdtempSync(path.join(tmpdir(), "sluice-fifty-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      mkdirSync(path.join(folder, "state"));
      signIn({
        ...signedIn(moto.url),
        PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_DEBUG_PROVIDERS: aws.attach,
      });
      await moto.reset();
      const environment = environmentBy(router, folder, certificate);
      const { config, plan, besides, beside } = environment;
      await new DynamoDBClient({ region }).send(new CreateTableCommand(ledgerTable(environment.table)));
      const engine = pulumiEngine({ project: "fifty", config, folder: path.join(folder, "work") });
      const callers = inProvider(aws, weighted[router].ids);
      expect(await environment.deploy(engine, plan)).toMatchObject({ outcome: "deployed" });
      expect(callers.read()).toBe("100/0");
      await environment.begin();
      callers.halve();

      await environment.hold();
      await expect(environment.deploy(engine, besides)).rejects.toMatchObject({ code: "release/held" });
      await environment.letGo();
      expect(await environment.deploy(engine, besides)).toMatchObject({ outcome: "deployed" });
      expect(await environment.locks()).toEqual({ held: ["a deploy", "r-1"], now: undefined });
      expect(callers.read()).toBe("50/50");

      await expect(environment.deploy(engine, beside)).rejects.toMatchObject({ code: "release/unfinished" });
      await environment.end();
      expect(await environment.deploy(engine, beside)).toMatchObject({ outcome: "deployed" });
      expect(callers.read()).toBe("50/50");
      aws.replacing.add(weighted[router].argument);
      onTestFinished(() => aws?.replacing.clear());
      await expect(environment.deploy(engine, plan)).rejects.toMatchObject({ code: "release/unfinished" });
      expect(callers.read()).toBe("50/50");
    },
    240_000,
  );
});
