import { type EngineName, loadEngine } from "../actions/engines.ts";
import { preview } from "../actions/preview.ts";
import { type Asked, openTarget } from "../actions/target.ts";
import { withoutEcho } from "./aws-run.ts";
import { previewLines } from "./changes-text.ts";
import { printData } from "./output.ts";
import { paintFor } from "./paint.ts";

/** `sluice preview`: what a deploy would change, to stdout. */
export async function showPreview({
  engine,
  json,
  ...asked
}: Asked & { readonly engine?: EngineName; readonly json: boolean }): Promise<number> {
  const target = await openTarget(asked);
  const makeEngine = await loadEngine(engine ?? target.config.engine, target);
  const { tell, release } = withoutEcho((told) => {
    if (told.type === "note") process.stderr.write(`${told.text}\n`);
  });
  const view = await preview(target, makeEngine, tell).catch((error: unknown) => {
    release(error);
    throw error;
  });
  release();
  await printData(json ? [JSON.stringify(view)] : previewLines(view, paintFor(process.stdout)));
  return 0;
}
