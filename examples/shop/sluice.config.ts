import { join } from "node:path";
import { defineConfig } from "sluice";

export default defineConfig({
  project: "shop",
  services: {
    web: {
      start: "node src/server.js",
      health: "/health",
      startWithin: "10s",
      // Both versions keep their orders in one folder, as they would share a database.
      env: { DATA: join(import.meta.dirname, ".sluice", "shop-data") },
      buildspec: { build: "buildspec/build.yml", test: "buildspec/test.yml" },
    },
  },
  rollout: {
    weights: [10, 50, 100],
    bake: "2s",
    finalBake: "2s",
    keepWarm: "2s",
    readEvery: "250ms",
    dataLimit: "4s",
    gates: [{ metric: "error-rate", max: "1%" }, { metric: "p95", max: "250ms" }, { metric: "health" }, { metric: "compare" }],
    probes: [
      { path: "/health", status: 200 },
      { path: "/orders?limit=1", status: 200 },
    ],
  },
  rehearsal: {
    from: "./v1",
    to: "./v2",
    rate: 50,
    paths: [
      { path: "/products", share: 5 },
      { path: "/products/tea", share: 3 },
      { path: "/orders?limit=10", share: 1 },
      { method: "POST", path: "/orders", share: 1, body: { items: [{ product: "tea", quantity: 2 }] } },
    ],
  },
});
