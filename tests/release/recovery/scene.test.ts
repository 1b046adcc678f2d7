import { entryContract } from "../../contracts/entry.ts";
import { replicaContract } from "../../contracts/replica.ts";
import { here, scene, there } from "./scene.ts";

/** What stands in for AWS in the tests of recoveries keeps the promises that AWS keeps. */
const opened = () => {
  const made = scene();
  const { to, from, entry } = made.world;
  if (!from) throw new Error("the scene has both regions");
  return { made, to, from, entry };
};

const close = async () => {};

entryContract("of the recoveries' tests", undefined, async () => {
  const { made, from, entry } = opened();
  return {
    open: () => entry,
    primary: here,
    other: there,
    led: async () => made.now().region,
    answer: async (well) => {
      if (!well) await from.fleet.stop("blue");
    },
    close,
  };
});

replicaContract("of the recoveries' tests", undefined, async () => {
  const { made, to } = opened();
  return {
    open: () => to.replica,
    lag: async (seconds) => {
      made.lag.seconds = seconds;
    },
    clock: made.clock,
    promoted: () => made.effects.filter((effect) => effect === "promote").length,
    close,
  };
});
