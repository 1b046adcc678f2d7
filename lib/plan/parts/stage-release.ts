import { nameOf } from "../../aws/names.ts";
import type { Config } from "../../config/config.ts";
import { releaserRole } from "../blocks/release-build.ts";
import { homeOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import type { Base } from "./base.ts";
import type { Delivered } from "./delivered-service.ts";
import type { ReleaseRecord } from "./record.ts";

/** A service's base, with where its releases are written down. */
export interface Released extends Base {
  readonly releases: ReleaseRecord;
}

/** Lets the home's pipeline release the service of this stage, in a stack of its own after what it moves (C01, C10). */
export function stageRelease(stack: Draft, config: Config, { releases, ...common }: Released, delivered: Delivered): void {
  const home = homeOf(config, stack.site.environment);
  if (!home || delivered.by !== "codedeploy") throw new Error(`nothing releases to ${stack.site.environment}; the rules let this pass`);
  releaserRole(stack.block("Access"), home, {
    ...delivered.target,
    ledgerTable: releases.table,
    ledgerKeyArn: releases.keyArn,
    clusterName: common.clusterName,
    serviceName: nameOf("service", stack.site, config.services[0].name),
    registryArn: common.registryArn,
    topicArn: common.topicArn,
  });
}
