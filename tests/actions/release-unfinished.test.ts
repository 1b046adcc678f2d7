import { describe, expect, it } from "vitest";
import { refuseOtherVersion, serviceLeft, versionNamed } from "../../lib/actions/release/unfinished.ts";
import type { Config } from "../../lib/config/config.ts";
import type { Service } from "../../lib/config/schema/service.ts";
import { seal } from "../../lib/release/plan.ts";
import { type Line, releaseOf } from "../release/chronicle.ts";
import { scenario } from "../release/scenario.ts";
import { calmly, sealedFor } from "../release/waves-told.ts";
import { config as systemA } from "../worlds/aws/environment.ts";
import { written } from "./ledger.ts";

const [service] = systemA.services;
const named = (name: string): Service => ({ ...service, name });
const one: Pick<Config, "services"> = { services: [named("web")] };
const two: Pick<Config, "services"> = { services: [named("api"), named("web")] };

/** A release of the second service of two, whose plan says so; and one from before plans said it. */
const sealed = sealedFor({ ...calmly, regions: calmly.regions.slice(0, 1) });
const planned: Line = ["planned", sealed];
const { spread: _, ...older } = scenario().sealed.plan;

describe("a release that was left unfinished", () => {
  it("X05 C23 is of the service that its plan names, or of the first where it names none; one that has ended is of none", async () => {
    const { ledger, plan, write } = written();
    expect(await serviceLeft(two, ledger)).toBeUndefined();
    await plan({}, sealed);
    expect(await serviceLeft(two, ledger)).toBe("web");
    await write("ended", { outcome: "aborted", because: "enough", undid: [], left: [] });
    expect(await serviceLeft(two, ledger)).toBeUndefined();
    const before = written();
    await before.plan({}, seal(older));
    expect(await serviceLeft(two, before.ledger)).toBe("api");
  });

  it.each([undefined, "vb", `sha256:${"b".repeat(64)}`])("X05 is gone on with by who names %s as its version", (version) => {
    const wanted = { config: one, environment: "production", service: "web", ...(version !== undefined && { version }) };
    expect(() => refuseOtherVersion(wanted, releaseOf(planned))).not.toThrow();
  });

  it("X05 X06 is not taken for that of another version: both are named, with what goes on and what puts everything back", () => {
    const refuse = () => refuseOtherVersion({ config: one, environment: "production", service: "web", version: "vc" }, releaseOf(planned));
    expect(refuse).toThrow(
      expect.objectContaining({
        code: "release/unfinished",
        message: "r-1 has not ended, which releases vb, not vc",
        fix: "go on with it: sluice release production, or put everything back first: sluice rollback production",
      }),
    );
  });

  it("X06 C23 is not taken for that of another service either, whatever its version is called", () => {
    const refuse = (version: string) => () =>
      refuseOtherVersion({ config: two, environment: "production", service: "api", version }, releaseOf(planned));
    for (const version of ["vb", "vc"])
      expect(refuse(version)).toThrow(
        expect.objectContaining({
          message: `r-1 has not ended, which releases vb of web, not ${version} of api`,
          fix: "go on with it: sluice release production --service web, or put everything back first: sluice rollback production",
        }),
      );
  });

  it("X05 alone needs no version to be named", () => {
    expect(versionNamed({ environment: "production", version: "v2" })).toBe("v2");
    expect(() => versionNamed({ environment: "production" })).toThrow(
      expect.objectContaining({ code: "usage/invalid", fix: "say which: sluice release production --version VERSION" }),
    );
  });
});
