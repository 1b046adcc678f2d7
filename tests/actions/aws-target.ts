import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { AwsTold } from "../../lib/actions/aws-events.ts";
import type { LockReleases } from "../../lib/actions/deploy.ts";
import type { Restores } from "../../lib/actions/restore/restores.ts";
import type { Target } from "../../lib/actions/target.ts";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import { checkConfig } from "../../lib/config/check.ts";
import type { ConfigInput } from "../../lib/config/config.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import type { Engine, Outputs, Progress, StackChanges } from "../../lib/ports/engine.ts";
import type { SecretReference, SecretStore } from "../../lib/ports/secrets.ts";

type EnvironmentInput = NonNullable<ConfigInput["environments"]>[string];

/** A system of containers with a pipeline, and what a test changes in it. */
export function configOf(more: Partial<ConfigInput> = {}, environment: Partial<EnvironmentInput> = {}): ConfigInput {
  return {
    project: "shop",
    services: { web: { port: 8080, health: "/health", compute: { kind: "ecs", cpu: 512, memory: 1024, count: { min: 2, max: 10 } } } },
    environments: {
      test: {
        account: "111111111111",
        regions: ["eu-west-1"],
        protected: false,
        certificate: "arn:aws:acm:eu-west-1:111111111111:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
        ...environment,
      },
    },
    delivery: { dockerHub: { username: "/shop/user", token: "/shop/token" } },
    rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "5m", keepWarm: "30m" },
    ...more,
  };
}

/** The environment `test` of such a configuration, in a folder that goes away. */
export function targetOf(input: ConfigInput = configOf()): Target {
  const folder = mkdtempSync(path.join(tmpdir(), "test-target-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const checked = checkConfig(input);
  if (!("config" in checked)) throw new Error(JSON.stringify(checked.problems));
  return { folder, config: checked.config, only: {}, plan: buildPlan(checked.config, "test") };
}

/** An AWS in memory behind the engine's port: its stacks are there or not, and the n-th one can fail once. */
export function memoryEngine({ failAt, keeps }: { readonly failAt?: number; readonly keeps?: string } = {}) {
  const there = new Set<string>();
  /** Stacks that an apply changes though their templates are the same: what they read of others is new. */
  const follows = new Set<string>();
  const did: string[] = [];
  let failing = failAt;
  const make = (tell: (progress: Progress) => void): Engine => {
    const outputsOf = (plan: Parameters<Engine["apply"]>[0]): Outputs =>
      Object.fromEntries(
        plan.stacks.map(({ name, outputs }) => [
          name,
          Object.fromEntries(outputs.map((output) => [output.name, `${output.name} of ${name}`])),
        ]),
      );
    return {
      sendsWhole: true,
      preview: async ({ stacks }) =>
        stacks.map(
          ({ name, resources }): StackChanges => ({
            stack: name,
            changes: there.has(name) ? [] : resources.map(({ id, type }) => ({ id, of: type, will: "create", properties: [] })),
            outputs: [],
          }),
        ),
      apply: async (plan) => {
        did.push("apply");
        for (const [at, { name, resources }] of plan.stacks.entries()) {
          tell({ type: "stack", stack: name, is: "started" });
          const [resource] = resources;
          if (at === failing && resource) {
            failing = undefined;
            const { id, block, type } = resource;
            const event = { stack: name, component: block, id, of: type, does: "create", because: "quota exceeded" } as const;
            tell({ type: "resource", ...event, is: "failed" });
            throw new UserError(
              "engine/failed",
              `${name}: AWS could not create ${id} of ${block} (${type}): quota exceeded`,
              "run it again",
            );
          }
          tell({ type: "stack", stack: name, is: there.has(name) && !follows.delete(name) ? "unchanged" : "done" });
          there.add(name);
        }
        return outputsOf(plan);
      },
      destroy: async ({ stacks }) => {
        did.push("destroy");
        for (const { name } of stacks) {
          if (keeps !== undefined) {
            tell({
              type: "resource",
              stack: name,
              component: "",
              id: keeps,
              of: "AWS::S3::Bucket",
              does: "delete",
              is: "kept",
              because: "",
            });
          }
          there.delete(name);
        }
      },
    };
  };
  return { make, did, there, follows };
}

/** Keeps secrets in memory. */
export function memorySecrets(there: readonly string[] = []): SecretStore & { readonly values: Map<string, string> } {
  const values = new Map(there.map((where) => [where, "hunter2"]));
  return {
    values,
    check: async ({ where }) =>
      values.has(where) ? { is: "there", since: instant(0) } : { is: "missing", because: "there is no such parameter" },
    set: async ({ where, region }: SecretReference, value) => {
      values.set(where, value).set(`${where} ${region}`, value);
    },
  };
}

/** Takes what an action tells. */
export function hearing(): { readonly tell: (told: AwsTold) => void; readonly told: AwsTold[] } {
  const told: AwsTold[] = [];
  return { told, tell: (one) => told.push(one) };
}

/** Where nobody releases. */
export const unlocked: LockReleases = (_target, _tell, work) => work(undefined);

/** Where no database begins with a snapshot. */
export const unrestored: Restores = async () => undefined;
