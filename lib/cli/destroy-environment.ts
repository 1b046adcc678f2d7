import { destroyEnvironment } from "../actions/destroy-environment.ts";
import { loadEngine } from "../actions/engines.ts";
import { keepMap } from "../actions/kept-map.ts";
import { refuseWhileReleasing } from "../actions/ledger-of.ts";
import { type Asked, openTarget, type Target } from "../actions/target.ts";
import { UserError } from "../base/errors.ts";
import { runOnAws } from "./aws-run.ts";
import { type AwsRequest, refuseUnasked } from "./deploy.ts";
import { askLine } from "./question.ts";

/** `sluice destroy <env>`: asks for the environment's name, and deletes its stacks. */
export function runDestroyEnvironment({ engine, yes, json, ...asked }: AwsRequest): Promise<number> {
  const { environment } = asked;
  return runOnAws({ environment, json, next: "" }, async (tell) => {
    if (!yes) refuseUnasked("destroy", json);
    const target = await opened(asked);
    const load = () => loadEngine(engine ?? target.config.engine, target);
    const agree = yes ? undefined : agreeing(target);
    const end = await destroyEnvironment(target, { engine: load, refuseReleasing: refuseWhileReleasing, agree, tell });
    // A table that outlives its stack must not lead anybody to what is gone.
    if (end.outcome === "destroyed") await keepMap(target.plan, undefined, (text) => tell({ type: "note", text }));
    return end;
  });
}

/** The environment on this machine is in no configuration, and can be destroyed all the same. */
async function opened(asked: Asked): Promise<Target> {
  try {
    return await openTarget(asked);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "plan/environment") throw error;
    throw new UserError(error.code, error.message, `${error.fix}; or rehearsal, the one on this machine`, error.details);
  }
}

function agreeing({ plan: { environment, stacks } }: Target): () => Promise<boolean> {
  const [first] = stacks;
  return async () => {
    process.stderr.write(`This deletes ${stacks.length} stacks of ${first?.account ?? ""} and all that is in them:\n`);
    for (const { name, region } of stacks) process.stderr.write(`  ${name}  ${region}\n`);
    return (await askLine(`type ${environment} to delete them: `)) === environment;
  };
}
