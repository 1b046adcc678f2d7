import { describe, expect, test } from "vitest";
import { findSecrets } from "../../lib/base/secret-text.ts";

// Made up here and put together at run time, so that no scanner takes this file for a leak.
const random = "q7Rk2vXz9LmB4tYw8NcJ5hGd3fSa6pUe1oIx0ZbQ";
const key = `AKIA${"Q3EGZ7YB5XKD2WPL"}`;
const pem = (kind: string) => `-----BEGIN ${kind}-----\n${random}${random}\n-----END ${kind}-----`;

describe("findSecrets", () => {
  test.each([
    ["aws-access-key", `id: ${key}\nsecret: ${random}`],
    ["aws-secret-key", `AWS_SECRET_ACCESS_KEY=${random}`],
    ["private-key", pem("RSA PRIVATE KEY")],
    ["private-key", pem("PRIVATE KEY")],
    ["github-token", `x = ghp_${random.slice(0, 36)}`],
    ["gitlab-token", `glpat-${random.slice(0, 20)}`],
    ["slack-token", `xoxb-${random.slice(0, 30)}`],
    ["npm-token", `//r/:_authToken=npm_${random.slice(0, 36)}`],
    ["stripe-key", `sk_live_${random.slice(0, 24)}`],
    ["google-key", `AIza${random.slice(0, 35)}`],
    ["jwt", `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${random}`],
    ["password", `const password = "${random.slice(0, 16)}"`],
    ["password", `{"apiKey": "${random.slice(0, 20)}"}`],
    ["password-in-url", `DATABASE_URL=postgres://shop:${random.slice(0, 12)}@db.internal:5432/shop`],
  ])("finds a %s", (rule, text) => {
    const found = findSecrets(`first line\n${text}\n`);
    expect(found.map((one) => one.rule)).toEqual([rule]);
    expect(found[0]?.line).toBe(2);
  });

  test.each([
    ["an access key id alone, which is no secret", key],
    ["AWS's own example", `AKIAIOSFODNN7EXAMPLE\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`],
    ["a commit hash", "2f3a9c5e1b7d4f6a8c0e2b4d6f8a0c2e4b6d8f0a"],
    ["an integrity hash", `"integrity": "sha512-${random}${random}=="`],
    ["a public key", pem("PUBLIC KEY")],
    ["the words alone", "if (text.includes('-----BEGIN PRIVATE KEY-----')) {"],
    ["a password from the environment", 'const password = process.env.PASSWORD ?? "";'],
    ["a template", `password: "$${"{DATABASE_PASSWORD_1}"}"`],
    ["a placeholder", 'password = "change-me-please-1"'],
    ["a word", 'const token = "authorization-header"'],
    ["the ARN of a secret", 'token: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf"'],
    ["a pattern", 'const token = "abcabcabc123"'],
    ["the address of a database on a laptop", "postgres://postgres:postgres@localhost:5432/shop"],
    ["an address without a password", "https://shop.example.com:8443/a@b"],
    ["a label", 'passwordLabel: "Type your password 2 times"'],
    ["a line that a person vouched for", `const password = "${random.slice(0, 16)}" // sluice: not a secret`],
  ])("is quiet about %s", (_what, text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  test("never holds more of a secret than its first four letters", () => {
    const found = findSecrets(`AWS_SECRET_ACCESS_KEY=${random}`);
    expect(found[0]?.masked).toBe("q7Rk…");
    expect(JSON.stringify(found)).not.toContain(random.slice(0, 5));
  });
});
