import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../base/errors.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Placement } from "../../release/plan.ts";
import { Unreachable } from "../../worlds/local/control.ts";
import type { PlaneSettings } from "../../worlds/local/plane/state.ts";
import { findPlane, type Plane } from "../../worlds/local/plane-process.ts";

/**
 * What is live on a data plane that was kept; undefined where none was. One that does not run what is live, left by a controller that was
 * killed before its release began, is stopped. Throws `usage/invalid` when it was started with other settings than those asked for now.
 */
export async function keptLive(state: string, asked: PlaneSettings, live: Placement | undefined): Promise<Placement | undefined> {
  const plane = findPlane(state);
  if (!plane) return undefined;
  if (!live || !(await serves(plane, live))) {
    await plane.stop();
    return undefined;
  }
  const others = differences(plane, asked);
  if (others.length === 0) return live;
  throw new UserError(
    "usage/invalid",
    "the data plane that was kept runs with other settings than those asked for now",
    "ask for the same settings, or stop it and begin anew: sluice destroy",
    others,
  );
}

/** Throws `usage/invalid` unless the version that was named as live is the one that is. */
export function refuseOther(live: Placement, named: Artifact): void {
  if (named.digest === live.artifact.digest) return;
  throw new UserError(
    "usage/invalid",
    `--from names ${named.version}, but ${live.artifact.version} is live on the data plane that was kept`,
    "leave --from out to go on from there, or stop it and begin anew: sluice destroy",
  );
}

async function serves({ call }: Plane, { slot, artifact }: Placement): Promise<boolean> {
  try {
    const [{ digest }, weights] = [await call("status", { slot }), await call("weights", null)];
    return digest === artifact.digest && weights[slot] === 100;
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
}

/** One line for each setting that is not as asked. Any port is as asked where none was. */
function differences({ settings, url }: Plane, asked: PlaneSettings): readonly string[] {
  const runs = { ...settings, port: asked.port === 0 ? 0 : Number(new URL(url).port) };
  const names = Object.keys(asked) as (keyof PlaneSettings)[];
  return (
    names
      .filter((name) => !isDeepStrictEqual(runs[name], asked[name]))
      // The values of variables may be secrets.
      .map((name) =>
        name === "env"
          ? "env: other variables"
          : `${name}: it has ${JSON.stringify(runs[name])}, asked for is ${JSON.stringify(asked[name])}`,
      )
  );
}
