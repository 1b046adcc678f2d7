import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../lib/base/time.ts";
import type { Check, Probe } from "../../lib/ports/probe.ts";

export interface ProbeUnderTest {
  readonly probe: Probe;
  /** Answers 200 to `GET /health`, 302 to `GET /old`, and 503 to `GET /broken`. */
  readonly address: string;
  /** Nothing answers there. */
  readonly nowhere: string;
  /** Commands of which one succeeds and one ends with exit code 7. */
  readonly commands: { readonly passes: string; readonly fails: string };
  close(): Promise<void>;
}

const timeout = duration(5_000);
const get = (path: string, status: readonly number[] | "2xx-3xx" = "2xx-3xx"): Check => ({
  kind: "http",
  method: "GET",
  path,
  status,
  timeout,
});

/** What every probe must do, whichever world it belongs to. */
export function probeContract(name: string, open: () => Promise<ProbeUnderTest>): void {
  describe(`a probe: ${name}`, () => {
    let under: ProbeUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test("answers every check once, in order, by its name", async () => {
      const { passes } = under.commands;
      const answers = await under.probe.ask(under.address, [get("/broken"), { kind: "command", command: passes, timeout }, get("/health")]);
      expect(answers.map(({ check, ok }) => ({ check, ok }))).toEqual([
        { check: "GET /broken", ok: false },
        { check: passes, ok: true },
        { check: "GET /health", ok: true },
      ]);
      expect(await under.probe.ask(under.address, [])).toEqual([]);
    });

    test("takes 2xx and 3xx for well, or exactly the given status", async () => {
      const checks = [get("/health"), get("/old"), get("/broken", [503]), get("/health", [204])];
      expect((await under.probe.ask(under.address, checks)).map((answer) => answer.ok)).toEqual([true, true, true, false]);
    });

    test("says what it saw: the status or the exit code", async () => {
      const answers = await under.probe.ask(under.address, [get("/broken"), { kind: "command", command: under.commands.fails, timeout }]);
      expect(answers[0]?.saw).toMatch(/^503/);
      expect(answers[1]).toMatchObject({ ok: false, saw: expect.stringMatching(/^exit 7/) });
    });

    test("answers instead of throwing where nothing is", async () => {
      const [answer] = await under.probe.ask(under.nowhere, [get("/health")]);
      expect(answer?.ok).toBe(false);
      expect(answer?.saw).not.toBe("");
    });
  });
}
