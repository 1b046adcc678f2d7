import { globalArn } from "../../aws/arns.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { githubProvider, githubRoles, issuer } from "../blocks/github.ts";
import type { Draft } from "../stack.ts";
import type { Stack } from "../template.ts";

/** The way of GitHub's workflow into a region, for these stacks. An account has the identity provider once, however many environments it has. */
export function github(stack: Draft, config: Config, { account, name, regions }: Environment, stacks: readonly Stack[]): void {
  const { workflow } = config;
  if (!workflow) return;
  const first = config.environments.find((one) => one.account === account);
  const makes = workflow.provider === "make" && first?.name === name && stack.region === regions[0];
  const block = stack.block("Github");
  const known: Value<string> = globalArn(stack.site.region, "iam", account, `oidc-provider/${issuer}`);
  githubRoles(block, { workflow, providerArn: makes ? githubProvider(block) : known, stacks });
}
