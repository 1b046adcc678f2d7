import { defineConfig } from "sluice";

const region = "eu-central-1";

export default defineConfig({
  project: "billing",
  owner: "payments",
  costCenter: "CC-2077",
  engine: "cdk",
  services: {
    api: {
      start: "node src/server.js",
      port: 3000,
      health: "/health",
      startWithin: "1m",
      compute: { kind: "ecs", cpu: 1024, memory: 2048, architecture: "arm64", count: { min: 3, max: 12 } },
    },
  },
  environments: {
    // Holds the pipeline, the images and nothing that callers reach.
    tools: { account: "111111111111", regions: [region] },
    // Everything is made here.
    staging: {
      account: "222222222222",
      regions: [region],
      cidr: "10.30.0.0/16",
      protected: false,
      domain: "billing.staging.example.com",
      zone: "Z0STAGING1234567890AB",
    },
    // The platform team's cluster, network and load balancer are used as they are.
    production: {
      account: "333333333333",
      regions: [region],
      domain: "billing.example.com",
      certificate: `arn:aws:acm:${region}:333333333333:certificate/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d`,
      existing: {
        vpc: {
          id: "vpc-0a1b2c3d4e5f60718",
          publicSubnets: ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60713", "subnet-0a1b2c3d4e5f60714"],
          natAddresses: ["198.51.100.7", "198.51.100.8"],
        },
        cluster: { name: `arn:aws:ecs:${region}:333333333333:cluster/platform`, securityGroups: ["sg-0a1b2c3d4e5f60715"] },
        balancer: {
          arn: `arn:aws:elasticloadbalancing:${region}:333333333333:loadbalancer/app/platform/50dc6c495c0c9188`,
          securityGroup: "sg-0a1b2c3d4e5f60716",
        },
      },
    },
  },
  delivery: {
    source: {
      kind: "github",
      connection: `arn:aws:codeconnections:${region}:111111111111:connection/5f0e1d2c-3b4a-4958-8776-655443322110`,
      repository: "acme/billing",
      branch: "main",
    },
    home: "tools",
    stages: ["staging", "production"],
    scan: { severity: "MEDIUM" },
  },
  monitoring: { emails: ["payments@example.com"], logRetention: 365 },
  // Equal steps: 25, 50, 75 and 100 %, five minutes apart.
  rollout: { weightHolder: "codedeploy", weights: [25, 50, 75, 100], bake: "5m", keepWarm: "1h" },
  rehearsal: { from: "../shop/v1", to: "../shop/v2", paths: ["/products", "/orders?limit=10"] },
});
