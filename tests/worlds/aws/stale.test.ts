import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { newController, record, run, turn } from "../../../lib/release/controller.ts";
import { unhurried } from "../../release/scenario.ts";
import { holder, onEcs, openService, slotNames } from "./in-memory.ts";
import { repeating } from "./unreliable.ts";

/** A service whose reads of one command can be made to tell for a while what they told before, and a release that is turned until a step began. */
async function begunWith(command: string, step: string) {
  let since: number | undefined;
  let now = () => 0;
  const lend: Parameters<typeof openService>[0]["lend"] = (client) =>
    void repeating(client, command, () => since !== undefined && now() - since < 5_000);
  const service = await openService({ fails: 101, lend }, onEcs);
  now = () => service.clock.now();
  const controller = newController(service.world(), holder, () => {}, duration(900_000));
  const begun = async () => (await service.world().ledger.read()).some((entry) => entry.kind === "started" && entry.step === step);
  while (!(await begun())) {
    const next = await turn(controller);
    if (next.is === "again" && next.in > 0) await service.clock.wait(next.in);
  }
  since = now();
  return { ...service, controller };
}

async function rolledBackAfterOneTurn({
  controller,
  world,
  clock,
  close,
}: Pick<Awaited<ReturnType<typeof begunWith>>, "controller" | "world" | "clock" | "close">) {
  await turn(controller);
  await record(world().ledger, "asked", { what: "rollback", by: "somebody" }, { release: "r-1", at: clock.now(), holder });
  const { ended } = await run(controller, unhurried);
  await close();
  return ended;
}

it("B21 callers come back from a shift that the load balancer has taken but does not tell of yet", async () => {
  const service = await begunWith("DescribeRulesCommand", "shift-10");
  expect(await rolledBackAfterOneTurn(service)).toMatchObject({ outcome: "rolled-back" });
  expect(service.weights).toEqual([10, 0]);
});

it("B21 copies are stopped whose start ECS has taken but does not tell of yet", async () => {
  const service = await begunWith("DescribeServicesCommand", "start");
  expect(await rolledBackAfterOneTurn(service)).toMatchObject({ outcome: "rolled-back" });
  expect(service.running.services.get(slotNames.green)).toMatchObject({ desired: 0, least: 0 });
});
