import { defineConfig } from "sluice";

export default defineConfig({
  project: "catalog",
  owner: "platform",
  costCenter: "CC-3305",
  engine: "pulumi",
  services: {
    web: {
      start: "node src/server.js",
      port: 8080,
      health: "/health",
      compute: { kind: "ecs", cpu: 512, memory: 1024, count: { min: 2, max: 8 } },
    },
  },
  environments: {
    // Holds the pipeline, the images, and the builds of each region that deploy.
    tools: { account: "111111111111", regions: ["eu-west-1"], cidr: "10.40.0.0/21" },
    staging: {
      account: "222222222222",
      regions: ["eu-west-1"],
      cidr: "10.41.0.0/16",
      protected: false,
      domain: "staging.catalog.example.com",
      zone: "Z0STAGING1234567890AB",
    },
    // Production is an environment for each region, so that each is a stage of its own and a failure stops those after it.
    frankfurt: {
      account: "333333333333",
      regions: ["eu-central-1"],
      cidr: "10.42.0.0/16",
      domain: "eu.catalog.example.com",
      zone: "Z0PRODUCTION12345678A",
    },
    virginia: {
      account: "333333333333",
      regions: ["us-east-1"],
      cidr: "10.43.0.0/16",
      domain: "us.catalog.example.com",
      zone: "Z0PRODUCTION12345678A",
    },
  },
  delivery: {
    source: {
      kind: "github",
      connection: "arn:aws:codeconnections:eu-west-1:111111111111:connection/0d1c2b3a-4958-4766-8574-938271605f4e",
      repository: "acme/catalog",
      branch: "main",
      branches: ["main", "hotfix/*"],
      paths: ["src/**", "infrastructure/**", "buildspec/**"],
      tags: ["v*"],
      pullRequests: true,
    },
    home: "tools",
    stages: ["staging", "frankfurt", "virginia"],
    pulumi: {
      backend: "s3://acme-pulumi-state/catalog?region=eu-west-1",
      key: "arn:aws:kms:eu-west-1:111111111111:key/1a2b3c4d-5e6f-4708-8192-a3b4c5d6e7f8",
      directory: "infrastructure",
    },
    scan: { severity: "HIGH" },
  },
  monitoring: { emails: ["platform@example.com"] },
  rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "5m", keepWarm: "30m" },
  rehearsal: { from: "../shop/v1", to: "../shop/v2", paths: ["/products"] },
});
