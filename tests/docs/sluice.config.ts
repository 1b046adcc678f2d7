import { defineConfig } from "../../lib/config/define.ts";

export default defineConfig({
  project: "shop",
  services: { web: { health: "/health", compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { production: { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com", zone: "new" } },
});
