import type { Artifact } from "../../ports/artifact.ts";
import { artifactOf } from "./images.ts";
import type { Place } from "./place.ts";
import { archiveAt } from "./released.ts";

/** What runs there under this digest, as its fleet would start it again. */
export function runningIn({ runs }: Pick<Place, "runs">, digest: string, version: string): Artifact {
  switch (runs.on) {
    case "ecs":
    case "driven":
      return artifactOf(runs.registry, digest, version);
    case "ec2":
      return archiveAt(runs.releases, digest, version);
  }
}
