import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { isOf } from "../resolve.ts";
import { known, type World, worldOf } from "../world.ts";

export const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/b-dev-to-production"));
const virginia = { region: "us-east-1", short: "use1" };

export const development = worldOf(config, "development", { account: "111122223333", ...virginia });
/** In the phase in which both fleets run and the database is there. */
export const production = worldOf(config, "production", { account: "444455556666", ...virginia });
export const worlds = [development, production] as const;
export const otherAccount = "999988887777";

export const releasesOf = ({ bucket }: World): string => bucket("releases");
/** The bucket that takes the copies, in another region. */
export const replicaOf = ({ bucket }: World): string => bucket("replica").replace("-use1-", "-usw2-");
export const replicaRegion = "us-west-2";

/** AWS ends the ARN of a secret with letters of its own. */
export const secretOf = ({ resolved }: World): string =>
  known(
    resolved.plan.stacks.flatMap((stack) =>
      stack.resources.filter(isOf("AWS::SecretsManager::Secret")).map(({ id }) => resolved.of(stack.part, id)),
    )[0],
    "secret",
  );

export const parameterOf = ({ at, name }: World, thing: string): string => at("ssm", `parameter/orders/${name}/use1/${thing}`);
