import { defineConfig } from "sluice";

export default defineConfig({
  project: "orders",
  owner: "fulfilment",
  costCenter: "CC-3120",
  engine: "pulumi",
  services: {
    shop: {
      start: "node src/server.js",
      port: 8080,
      health: "/health",
      startWithin: "1m",
      compute: {
        kind: "ec2",
        blue: { instanceType: "t3.micro", min: 2, max: 4, desired: 2 },
        green: { instanceType: "m5.large", min: 2, max: 8, desired: 3 },
        packages: ["nodejs24"],
        scaleOn: { cpu: 60, requests: 1000 },
        // The instances tell one another which carts they hold.
        peerPort: 7946,
      },
    },
  },
  database: { engine: "mysql", version: "8.4.9", instance: "db.m6g.large", storage: 100, backups: 14, proxy: true },
  storage: { replica: "us-west-2" },
  firewall: { rate: 2000 },
  // Callers come by IPv4 and IPv6. What instances ask when they start and while they run does not go by way of NAT.
  network: { ipv6: true, endpoints: ["logs", "secretsmanager", "ssm", "ssmmessages"] },
  environments: {
    // Where the app comes from: blue alone, with a database of its own.
    development: {
      account: "111122223333",
      regions: ["us-east-1"],
      cidr: "10.50.0.0/16",
      // Production asks the database here until it has moved: a transit gateway that both accounts share.
      link: { transitGateway: "tgw-0a1b2c3d4e5f60718" },
      protected: false,
      domain: "dev.orders.example.com",
      zone: "new",
    },
    production: {
      account: "444455556666",
      regions: ["us-east-1"],
      cidr: "10.60.0.0/16",
      link: { transitGateway: "tgw-0a1b2c3d4e5f60718" },
      domain: "orders.example.com",
      zone: "Z0123456789ABCDEFGHIJ",
      migration: {
        phase: "traffic-shift",
        weight: 10,
        // Taken of development's database by the deploy of the phase `snapshot`, and copied into this account under its key.
        snapshot: { identifier: "orders-2026-11-20", engine: "mysql", bring: true },
        source: {
          environment: "development",
          host: "orders-development-use1-database.abcdefghijkl.us-east-1.rds.amazonaws.com",
          cidr: "10.50.0.0/16",
        },
      },
    },
  },
  monitoring: { emails: ["fulfilment@example.com"], errors: "1%", p95: "800ms" },
  rollout: { weightHolder: "engine", router: "listener", weights: [10, 50, 100], bake: "10m" },
  rehearsal: { from: "../shop/v1", to: "../shop/v2", paths: ["/products", "/products/tea"] },
});
