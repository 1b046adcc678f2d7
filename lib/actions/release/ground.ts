import type { Tell } from "../../base/events.ts";
import type { Config } from "../../config/config.ts";
import type { Service } from "../../config/schema/service.ts";
import type { Account } from "../../ports/account.ts";
import type { Environment } from "../../release/state.ts";
import type { AlarmsIn } from "./alarms.ts";
import type { Regions } from "./regions.ts";

/** What is looked at before a release is planned. Nothing of it is changed. */
export interface Ground {
  readonly config: Config;
  readonly service: Service;
  /** The regions that serve callers, opened. */
  readonly regions: Regions;
  readonly version: string;
  readonly account: Pick<Account, "answer">;
  /** The account that the environment is in. */
  readonly accountId: string;
  readonly alarms: AlarmsIn;
  /** The environment as its ledger tells it. */
  readonly before: Environment;
  readonly tell: Tell;
}
