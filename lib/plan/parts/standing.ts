import type { Side } from "../blocks/security-group.ts";
import type { SecretOfTasks, TaskDatabase } from "../blocks/task-database.ts";

/** Where the database, its proxy or its copies let services in. */
export interface Door extends Side {
  readonly port: number;
  readonly because: string;
}

/** How a service stands in a region: with its database, without any, or at rest until its data is there. */
export interface Standing {
  readonly database?: TaskDatabase;
  /** The ways to the data for services beside the first, whose ways are there. */
  readonly doors?: readonly Door[];
  readonly rests: boolean;
  /** With what it opens the data, once a failover has brought it to where the service rests. */
  readonly comes?: SecretOfTasks;
}
