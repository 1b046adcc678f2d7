export default {
  project: "minimal",
  rollout: { bake: "2s", finalBake: "2s", keepWarm: "2s" },
  rehearsal: { from: "./v1", to: "./v2" },
};
