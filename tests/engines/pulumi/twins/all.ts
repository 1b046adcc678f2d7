import { addresses } from "./addresses.ts";
import { balancers } from "./balancers.ts";
import { compute } from "./compute.ts";
import { delivery } from "./delivery.ts";
import { ground } from "./ground.ts";
import { network } from "./network.ts";
import { pipelines } from "./pipelines.ts";
import { services } from "./services.ts";
import { stores } from "./stores.ts";
import type { Twin } from "./twin.ts";
import { watch } from "./watch.ts";

/** The first twins of every type, and then those of what is rarer. */
export const twins: readonly Twin[] = [
  ...network,
  ...ground,
  ...services,
  ...delivery,
  ...watch,
  ...addresses,
  ...balancers,
  ...compute,
  ...stores,
  ...pipelines,
];
