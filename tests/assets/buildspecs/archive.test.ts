import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Answer, type Given, type Ran, runSpec } from "./stand-ins.ts";

const source = { "server.js": "listen()", "lib/shop.js": "sell()", ".git/HEAD": "ref: refs/heads/main" };
const put: Answer = { to: "aws s3api put-object", stdout: { ETag: '"a"' } };

const pack = (given: Given = {}, answers: readonly Answer[] = [put]): Promise<Ran> =>
  runSpec("archive", { source, ...given, env: { RELEASES_BUCKET: "shop-releases", ...given.env }, answers });

/** What the build wrote where it was told that it may, as the call names it. */
function written(ran: Ran) {
  const [call] = ran.calls;
  const after = (flag: string): string => call?.args[call.args.indexOf(flag) + 1] ?? "";
  const archive = readFileSync(after("--body"));
  return {
    key: after("--key"),
    sum: after("--checksum-sha256"),
    digest: createHash("sha256").update(archive).digest("hex"),
    line: call?.line,
  };
}

describe("archive.yml", () => {
  test.each([false, true])(
    "C06 the archive of a commit is put there once, and its digest told of the build (shells apart: %s)",
    async (apart) => {
      const ran = await pack({ apart });
      const { key, sum, digest, line } = written(ran);
      expect([ran.is, ran.calls.length, key]).toEqual(["passed", 1, "app-4f2a9c1.tar.gz"]);
      expect(line).toContain("--bucket shop-releases");
      // Amazon S3 API reference, PutObject: x-amz-checksum-sha256 is of base64, and If-None-Match "*" lets nothing be written over.
      expect([sum, line?.includes("--if-none-match *")]).toEqual([Buffer.from(digest, "hex").toString("base64"), true]);
      expect(ran.log).toContain(`has sha256:${digest}`);
    },
  );

  test("C06 the same files give the same archive, and others another one", async () => {
    const of = async (files: NonNullable<Given["source"]>) => written(await pack({ source: files })).digest;
    const [first, again, other] = [await of(source), await of(source), await of({ ...source, "server.js": "close()" })];
    expect([first === again, first === other]).toEqual([true, false]);
    // What git keeps for itself is of the machine and not of the commit.
    expect(await of({ ...source, ".git/HEAD": "another" })).toBe(first);
  });

  test("C06 an archive that is there stays, and the build does not claim it", async () => {
    const there = { to: "aws s3api put-object", exit: 254, stderr: "An error occurred (PreconditionFailed) when calling PutObject" };
    const ran = await pack({}, [there]);
    expect([ran.is, ran.log.includes("exists already"), ran.log.includes("has sha256:")]).toEqual(["passed", true, false]);
  });

  test("C06 what S3 refuses otherwise fails the build", async () => {
    const ran = await pack({}, [{ to: "aws s3api put-object", exit: 254, stderr: "An error occurred (AccessDenied)" }]);
    expect([ran.is, ran.log.includes("AccessDenied")]).toEqual(["failed", true]);
  });

  test("C06 a source without a revision is refused, and a revision of S3 makes a key that can be written", async () => {
    const none = await pack({ env: { CODEBUILD_RESOLVED_SOURCE_VERSION: "" } });
    expect([none.is, none.calls]).toEqual(["failed", []]);
    expect(written(await pack({ env: { CODEBUILD_RESOLVED_SOURCE_VERSION: "a/b c", ARCHIVE_NAME: "shop" } })).key).toBe(
      "shop-a-b-c.tar.gz",
    );
  });
});
