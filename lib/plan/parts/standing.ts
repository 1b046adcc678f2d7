import type { Side } from "../blocks/security-group.ts";
import type { TaskDatabase } from "../blocks/task-database.ts";

/** Where the database, or its proxy, lets services in. */
export interface Door extends Side {
  readonly port: number;
  readonly because: string;
}

/** How a service stands in a region: with its database, without any, or at rest until its data is there. */
export interface Standing {
  readonly database?: TaskDatabase;
  /** The way to the database for services beside the first, whose way is there. */
  readonly door?: Door;
  readonly rests: boolean;
}
