import { defineConfig } from "sluice";

export default defineConfig({
  project: "shop",
  owner: "storefront",
  costCenter: "CC-1042",
  engine: "cdk",
  services: {
    web: {
      start: "node src/server.js",
      port: 8080,
      health: "/health",
      compute: { kind: "ecs", cpu: 512, memory: 1024, count: { min: 2, max: 10 }, scaleOn: { cpu: 60, memory: 70 } },
    },
  },
  environments: {
    staging: {
      account: "111122223333",
      regions: ["eu-west-1"],
      cidr: "10.10.0.0/16",
      protected: false,
      domain: "staging.shop.example.com",
      zone: "new",
    },
    production: {
      account: "444455556666",
      regions: ["eu-west-1"],
      cidr: "10.20.0.0/16",
      domain: "shop.example.com",
      zone: "Z0123456789ABCDEFGHIJ",
      certificate: "arn:aws:acm:eu-west-1:444455556666:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
    },
  },
  delivery: {
    source: { kind: "codecommit", branch: "main" },
    dockerHub: {
      username: "/shop/docker-hub/username",
      token: "/shop/docker-hub/token",
    },
    scan: { severity: "HIGH" },
  },
  monitoring: { emails: ["storefront@example.com"], errors: "1%", p95: "500ms" },
  // CodeDeploy knows two weights, or equal steps.
  rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "5m", keepWarm: "30m" },
  rehearsal: { from: "../shop/v1", to: "../shop/v2", paths: ["/products", "/products/tea"] },
});
