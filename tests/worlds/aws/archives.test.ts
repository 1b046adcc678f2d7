import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { archivesIn } from "../../../lib/worlds/aws/archives.ts";
import { releaseAt } from "../../../lib/worlds/aws/released.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { faked, on } from "./fake.ts";

const skip = whyNo("moto");
const Bucket = "orders-releases";
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

const archiveOf = async (client: S3Client, bucket: string, key: string) => {
  const archives = archivesIn(client, bucket);
  const found = await archives.find(key);
  await archives.keep(found);
  return found;
};

describe.skipIf(skip !== undefined)(`archives of releases${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  let client: S3Client;
  beforeAll(async () => {
    server = await emulator("moto");
    client = new S3Client({ region, credentials, endpoint: server.url, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }, 90_000);
  afterAll(async () => {
    client.destroy();
    await server?.close();
  });
  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const contentOf = async (file: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: file.replace(`s3://${Bucket}/`, "") }));
    return Body?.transformToString();
  };

  it("B02 a release is a copy named by its content, which stays when somebody writes another archive under the same key", async () => {
    await put("shop 1%2B1.tar.gz", "one");
    const first = await archiveOf(client, Bucket, "shop 1%2B1.tar.gz");
    const digest = digestOf("one");
    expect(first).toEqual({ digest, version: "shop 1%2B1.tar.gz", file: `s3://${Bucket}/released/${digest}/shop 1%2B1.tar.gz`, start: "" });
    await put("shop 1%2B1.tar.gz", "two");
    const second = await archiveOf(client, Bucket, "shop 1%2B1.tar.gz");
    expect([await contentOf(first.file), await contentOf(second.file)]).toEqual(["one", "two"]);
    expect(releaseAt(second.file)).toEqual({ digest: digestOf("two"), version: "shop 1%2B1.tar.gz" });
  });

  it("B02 what is copied is what was read, also when somebody writes another archive meanwhile", async () => {
    await put("shop-4.tar.gz", "four");
    const slow = new S3Client({ region, credentials, endpoint: server?.url ?? "", forcePathStyle: true });
    slow.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === "HeadObjectCommand") await put("shop-4.tar.gz", "another");
          return next(args);
        },
      { step: "initialize", name: "meanwhile" },
    );
    const { digest, file } = await archiveOf(slow, Bucket, "shop-4.tar.gz");
    expect([digest, await contentOf(file)]).toEqual([digestOf("four"), "four"]);
    slow.destroy();
  });

  it("X05 the same archive is copied once", async () => {
    await put("shop-3.tar.gz", "three");
    const { file } = await archiveOf(client, Bucket, "shop-3.tar.gz");
    await archiveOf(client, Bucket, "shop-3.tar.gz");
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: file.replace(`s3://${Bucket}/`, "") }));
    expect(Versions).toHaveLength(1);
  });

  it("X06 whoever only looks before a release changes nothing: the copy is made when it begins", async () => {
    await put("shop-5.tar.gz", "five");
    const archives = archivesIn(client, Bucket);
    const found = await archives.find("shop-5.tar.gz");
    const copies = () => client.send(new ListObjectVersionsCommand({ Bucket, Prefix: `released/${found.digest}` }));
    expect((await copies()).Versions ?? []).toEqual([]);
    await archives.keep(found);
    expect((await copies()).Versions).toHaveLength(1);
  });

  it("X04 an archive that is not there is told with how to put it there", async () => {
    await expect(archiveOf(client, Bucket, "shop-9.tar.gz")).rejects.toMatchObject({
      code: "version/missing",
      message: `there is no archive shop-9.tar.gz in ${Bucket}`,
    });
  });

  it("B02 what a parameter says before its first release stands for none", () => {
    expect(releaseAt("none")).toBeUndefined();
  });
});

describe("archives that S3 does not give", () => {
  const refuses = (name: string): never => {
    throw new S3ServiceException({ name, message: "no", $fault: "client", $metadata: {} });
  };

  it("X04 one that nobody may read is not told as one that is not there", async () => {
    const client = faked(
      new S3Client({ region, credentials }),
      on(GetObjectCommand, () => refuses("AccessDenied")),
    );
    await expect(archivesIn(client, Bucket).find("shop-1.tar.gz")).rejects.toMatchObject({ code: "engine/forbidden" });
  });

  it("X04 where nobody can say whether the copy is there none is made", async () => {
    let copies = 0;
    const content = { transformToWebStream: () => new Blob(["one"]).stream() };
    const client = faked(
      new S3Client({ region, credentials }),
      // What the SDK adds to a body, as far as it is used.
      on(GetObjectCommand, () => ({ Body: content as never, VersionId: "1" })),
      on(HeadObjectCommand, () => refuses("ServiceUnavailable")),
      on(CopyObjectCommand, () => {
        copies += 1;
        return {};
      }),
    );
    const archives = archivesIn(client, Bucket);
    const found = await archives.find("shop-1.tar.gz");
    await expect(archives.keep(found)).rejects.toMatchObject({
      code: "engine/failed",
      message: "could not copy shop-1.tar.gz in orders-releases: no",
    });
    expect(copies).toBe(0);
  });
});
