import { UserError } from "../../base/errors.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { AlarmState } from "../../ports/meter.ts";
import { firingText } from "../../release/gates.ts";
import type { Ground } from "./ground.ts";
import { artifactsIn, type Live, liveAt, type Region, refuseUnreachable } from "./regions.ts";
import { roomFor } from "./room.ts";

/** What a release needs to be planned, region by region. */
export interface Cleared {
  readonly lives: readonly Live[];
  readonly artifacts: readonly Artifact[];
}

/**
 * Throws what stands in the way of a release, each with the next command, and all of it at once: what is live in each region is as the ledger
 * says, the version is there and is what was built, no alarm fires, the candidate has room, and tests can come in. What nobody can say from
 * here is told and stops nobody.
 */
export async function preflight(ground: Ground): Promise<Cleared> {
  const { regions, version } = ground;
  const [lives, artifacts, alarms, reach] = await Promise.all([
    Promise.all(regions.map((region) => tried(() => liveAt(region, ground)))),
    tried(() => artifactsIn(regions, version)),
    Promise.all(regions.map((region) => tried(() => alarmsObstacles(ground, region)))),
    tried(() => refuseUnreachable(ground.config, regions)),
  ]);
  const rooms = await Promise.all(
    regions.map((region, at) => {
      const live = lives[at];
      return tried(async () => (live?.is === "found" ? await roomFor(ground, region, live.value.live) : []));
    }),
  );
  const origin = await tried(async () => (artifacts.is === "found" ? await originObstacles(ground, artifacts.value) : []));
  const looked = [...lives, artifacts, ...alarms, reach, ...rooms, origin];
  const refused = looked.flatMap((one) => (one.is === "refused" ? [one.error] : []));
  const obstacles = [...refused, ...[...alarms, ...rooms, origin].flatMap((one) => (one.is === "found" ? one.value : []))];
  if (obstacles.length > 0 || artifacts.is === "refused") throw inOne(obstacles);
  return { lives: lives.flatMap((one) => (one.is === "found" ? [one.value] : [])), artifacts: artifacts.value };
}

type Tried<T> = { readonly is: "found"; readonly value: T } | { readonly is: "refused"; readonly error: UserError };

async function tried<T>(look: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { is: "found", value: await look() };
  } catch (error) {
    if (error instanceof UserError) return { is: "refused", error };
    throw error;
  }
}

/** One alone is said as it is. */
function inOne(obstacles: readonly UserError[]): UserError {
  const [first, ...others] = obstacles;
  if (!first) throw new Error("nothing stands in the way");
  if (others.length === 0) return first;
  return new UserError(
    "release/refused",
    `${obstacles.length} things stand in the way: ${obstacles.map(({ message }) => message).join("; ")}`,
    "see to each of them, then run the same command again",
    [...new Set(obstacles.flatMap(({ fix, details }) => [fix, ...details]))],
  );
}

/** An alarm that fires already could not tell of the candidate, and one that is not there tells of nothing. */
async function alarmsObstacles(ground: Ground, region: Region): Promise<readonly UserError[]> {
  const alarms = await region.aws.world("green").meter.alarms(ground.alarms(region.name));
  return alarms.flatMap((alarm) => alarmObstacle(ground, region, alarm) ?? []);
}

function alarmObstacle({ version }: Ground, { name: region, place }: Region, alarm: AlarmState): UserError | undefined {
  const { name, is } = alarm;
  if (is === "firing") {
    const despite = `sluice release ${place.environment} --version ${version} --despite ${name}`;
    return new UserError("release/alarm", firingText(alarm), `when it is over, release again; a version that mends it: ${despite}`);
  }
  if (is !== "gone") return undefined;
  const fix = `if it is the plan's, run: sluice deploy ${place.environment}; if rollout.gates names it, correct the name`;
  return new UserError("release/alarm", `there is no alarm ${name} in ${region}, so that nobody would see it fire`, fix);
}

/** That the image or archive is what a build pushed, by CodeBuild's own record of it (C06). Who may start builds of the project is beyond that (ADR 0022). */
async function originObstacles({ config, regions, tell }: Ground, [artifact]: readonly Artifact[]): Promise<readonly UserError[]> {
  if (!artifact) return [];
  const { digest, version } = artifact;
  const [{ aws, name: region }] = regions;
  const { builtBy: project } = config.rollout;
  if (project === undefined) {
    tell({ type: "note", text: `not checked: who built ${version}, as rollout.builtBy names no project of CodeBuild` });
    return [];
  }
  const origin = await aws.originOf(project, digest);
  if (origin.is === "built") {
    tell({ type: "note", text: `${version} was pushed by ${origin.build}, which ${origin.initiator} started` });
    return [];
  }
  if (origin.is === "unfinished" && origin.status === "IN_PROGRESS") {
    const wait = `wait until it has ended well, then release again: aws codebuild batch-get-builds --region ${region} --ids ${origin.build}`;
    return [new UserError("version/unproven", `${version} was pushed by ${origin.build}, which has not ended`, wait)];
  }
  const because =
    origin.is === "unfinished"
      ? `${version} was pushed by ${origin.build}, which ended as ${origin.status}`
      : `none of the newest ${origin.builds} builds of ${project} that ended well has pushed ${version} (sha256:${digest})`;
  const fix = `let the pipeline build it, and release what it pushed: aws codebuild list-builds-for-project --region ${region} --project-name ${project}`;
  return [new UserError("version/unproven", because, fix)];
}
