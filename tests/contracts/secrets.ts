import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SecretReference, SecretStore } from "../../lib/ports/secrets.ts";

export interface SecretsUnderTest {
  readonly store: SecretStore;
  /** A parameter that was never written. */
  readonly parameter: SecretReference;
  /** A secret that is there and has no value. */
  secret(): Promise<SecretReference>;
  /** What whoever uses the reference gets: the value, and how it is kept. */
  kept(reference: SecretReference): Promise<{ readonly value: string; readonly as: string }>;
  /** Keeps a value where everybody can read it. */
  keepInClear(reference: SecretReference, value: string): Promise<void>;
  close(): Promise<void>;
}

/** What everything that keeps secrets must do. `skip`: why it cannot be tried here, or undefined. */
export function secretsContract(name: string, skip: string | undefined, open: () => Promise<SecretsUnderTest>): void {
  describe.skipIf(skip !== undefined)(`secrets: ${name}${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
    let under: SecretsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test("D07: a parameter that was never written is missing, and a written one is there since it was written, encrypted", async () => {
      const { store, parameter } = under;
      expect(await store.check(parameter)).toEqual({ is: "missing", because: "there is no such parameter" });
      const before = Date.now();
      await store.set(parameter, "hunter2");
      const found = await store.check(parameter);
      expect(found.is === "there" && Math.abs(found.since - before)).toBeLessThan(10_000);
      expect(await under.kept(parameter)).toEqual({ value: "hunter2", as: "SecureString" });
    });

    test("D07: a value is replaced by the next one, and every character of it is kept", async () => {
      const { store, parameter } = under;
      const secret = await under.secret();
      for (const reference of [parameter, secret]) {
        await store.set(reference, "first");
        await store.set(reference, 'sécond "value" \\ $HOME\n{}');
        expect(await under.kept(reference)).toMatchObject({ value: 'sécond "value" \\ $HOME\n{}' });
      }
    });

    test("D07: a secret without a value is missing, with one it is there", async () => {
      const { store } = under;
      const secret = await under.secret();
      expect(await store.check(secret)).toEqual({ is: "missing", because: "the secret is there and has no value" });
      await store.set(secret, "hunter2");
      expect(await store.check(secret)).toMatchObject({ is: "there" });
    });

    test("D07: a secret that nobody made is missing, and writing to it says how to make it", async () => {
      const { store } = under;
      const { where, ...rest } = await under.secret();
      const other = { ...rest, where: where.replace(/secret:.*/, "secret:nobody-made-it-AbCdEf") };
      expect(await store.check(other)).toEqual({ is: "missing", because: "there is no such secret" });
      await expect(store.set(other, "hunter2")).rejects.toMatchObject({
        code: "engine/failed",
        fix: expect.stringContaining("aws secretsmanager create-secret"),
      });
    });

    test("D07: a parameter that is kept in clear does not count", async () => {
      await under.keepInClear(under.parameter, "hunter2");
      expect(await under.store.check(under.parameter)).toEqual({ is: "missing", because: "it is a String, which is kept in clear" });
    });
  });
}
