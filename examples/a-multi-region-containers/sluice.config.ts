import { defineConfig } from "sluice";

export default defineConfig({
  project: "catalog",
  owner: "platform",
  costCenter: "CC-3001",
  engine: "pulumi",
  services: {
    web: {
      start: "node src/server.js",
      port: 8080,
      health: "/health",
      startWithin: "1m",
      // It seals card numbers before it stores them; both regions open them.
      encrypts: true,
      // Once in each release, before a copy of the new version starts; the live one goes on using the data.
      migrate: "npm run migrate --if-present",
      compute: {
        kind: "ecs",
        cpu: 1024,
        memory: 2048,
        count: { min: 3, max: 30 },
        scaleOn: { cpu: 60, memory: 70, requests: 1200 },
      },
    },
  },
  environments: {
    staging: {
      account: "111111111111",
      regions: ["eu-west-1"],
      cidr: "10.40.0.0/16",
      protected: false,
      domain: "catalog.staging.example.com",
      zone: "new",
    },
    // The first region is the primary one; the addresses of the second are 10.51.0.0/16.
    production: {
      account: "222222222222",
      regions: ["eu-west-1", "us-west-2"],
      cidr: "10.50.0.0/16",
      domain: "catalog.example.com",
      zone: "Z0123456789ABCDEFGHIJ",
    },
  },
  edge: { assets: ["/assets/*"], rate: 2000 },
  database: {
    engine: "postgres",
    version: "17",
    instance: "db.m6g.large",
    storage: 100,
    proxy: true,
    replicas: 1,
    recovery: "replica",
    rotation: "30d",
  },
  audit: { keep: 2555, logRetention: 365 },
  workflow: {
    repository: "acme/catalog",
    branch: "main",
    backend: "s3://acme-pulumi-state/catalog?region=eu-west-1",
    key: "arn:aws:kms:eu-west-1:222222222222:key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  },
  monitoring: { emails: ["platform@example.com"], errors: "1%", p95: "500ms", logRetention: 365 },
  // Nobody but what is in the network reaches the test listener, so a function there carries releases out.
  rollout: { weightHolder: "release", host: "lambda", weights: [10, 50, 100], bake: "5m", keepWarm: "30m" },
  rehearsal: { from: "../shop/v1", to: "../shop/v2", paths: ["/products", "/products/tea"] },
});
