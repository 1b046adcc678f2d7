import type { TaskDatabase } from "../blocks/task-database.ts";

/** How a service stands in a region: with its database, without any, or at rest until its data is there. */
export interface Standing {
  readonly database?: TaskDatabase;
  readonly rests: boolean;
}
