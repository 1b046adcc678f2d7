import { describe, expect, it } from "vitest";
import { refuseStrange } from "../../../lib/engines/pulumi/stack-keys.ts";

const refusal = (values: Record<string, string>, secret: readonly string[] = []): string => {
  try {
    refuseStrange({ project: "sluice", known: ["config", "environment", "owner", "database"], values, secret });
    return "";
  } catch (error) {
    return String(error);
  }
};

describe("A17 B16 a stack's configuration", () => {
  it("may say what the program reads, what the CLI keeps there, and which role the providers take on", () => {
    const values = {
      "sluice:config": "examples/a-multi-region-containers",
      "sluice:environment": "production",
      "pulumi:tags": '{"pulumi:template":"none"}',
      "aws:region": "eu-west-1",
      "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::111122223333:role/deploy","externalId":"4f2a9c1b7d"}]',
    };
    expect(refusal(values)).toBe("");
  });

  it.each([
    ["slucie:environment", "did you mean sluice:environment?"],
    ["tap:envronment", "did you mean sluice:environment?"],
    ["sluice:ownr", "did you mean sluice:owner?"],
    ["sluice:zzzzzzzzz", "write one of config, environment, owner, database"],
    ["kubernetes:zzzzzzzzz", 'nothing reads "kubernetes": write sluice:<key>'],
    ["aws:asumeRoles", "did you mean aws:assumeRoles?"],
    ["aws:profile", "AWS_PROFILE"],
  ])("refuses %s, which nothing reads: %s", (key, says) => {
    expect(refusal({ [key]: "x" })).toContain(`${key}: `);
    expect(refusal({ [key]: "x" })).toContain(says);
  });

  it("refuses secrets in clear, by their name or by how they look, without showing one, and says how to take them out", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ8vTn4Lmh"; // sluice: not a secret
    for (const key of ["aws:secretKey", "aws:accessKey", "aws:token", "sluice:aws_secret_access_key"]) {
      const said = refusal({ [key]: secret });
      expect(said).toMatch(new RegExp(`${key}: a secret stands in clear[\\s\\S]*pulumi config rm ${key}`));
      expect(said).not.toContain(secret);
    }
  });

  it("refuses secrets that nothing would read as such, and one that a plan would show", () => {
    expect(refusal({ "aws:secretKey": "x" }, ["aws:secretKey"])).toContain("do not read it");
    expect(refusal({ "sluice:owner": "x" }, ["sluice:owner"])).toContain("no key of the configuration is a secret");
  });

  it("tells everything that is wrong at once", () => {
    const said = refusal({ "slucie:owner": "x", "sluice:ownr": "x", "aws:token": "x", "sluice:config": "examples" });
    expect(
      said
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(": ")[0]),
    ).toEqual(["slucie:owner", "sluice:ownr", "aws:token"]);
  });
});
