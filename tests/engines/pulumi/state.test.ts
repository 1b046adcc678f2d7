import { execFileSync } from "node:child_process";
import { afterEach, expect, it, vi } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { defaultsFor } from "../../../lib/config/config.ts";
import { environmentOf } from "../../../lib/engines/pulumi/state.ts";

afterEach(() => vi.unstubAllEnvs());

function fixFor(backend: string): string {
  vi.stubEnv("PULUMI_BACKEND_URL", backend);
  try {
    environmentOf({ project: "shop", config: defaultsFor("shop"), folder: "." }, { environment: "prod", stacks: [] });
  } catch (error) {
    if (error instanceof UserError) return error.fix;
    throw error;
  }
  throw new Error("it was taken");
}

it("A07 a state whose URL lacks the region is answered with one that a shell takes as it is printed", () => {
  const [, assignment = ""] = fixFor("s3://acme-state/shop?awssdk=v2").replaceAll("<region>", "us-east-1").split("set ");
  const said = execFileSync("/bin/sh", ["-c", `${assignment}; printf %s "$PULUMI_BACKEND_URL"`], { encoding: "utf8", env: {} });
  expect(said).toBe("s3://acme-state/shop?awssdk=v2&region=us-east-1");
});
