import fc from "fast-check";
import { arnOf, globalArn } from "../../../lib/aws/arns.ts";
import { partitionOf, type Region, regions } from "../../../lib/aws/regions.ts";
import type { ConfigInput } from "../../../lib/config/config.ts";
import {
  account,
  addressesIn,
  common,
  database,
  fitted,
  type Given,
  type GivenEnvironment,
  type GivenExisting,
  network,
  perhaps,
  type Reached,
  reachedBy,
  region,
  service,
  stateIn,
  suffixes,
  weights,
  workflow,
  yesOrNo,
} from "./ground.ts";

const severity = fc.constantFrom("LOW" as const, "MEDIUM" as const, "HIGH" as const, "CRITICAL" as const);

/** Where the code of a pipeline in this place comes from. */
export const sourceAt = (where: Region, owner: string): fc.Arbitrary<Given<"delivery">["source"]> =>
  fc.oneof(
    fc.constantFrom<Given<"delivery">["source"]>(
      { kind: "codecommit" },
      { kind: "codecommit", repository: "shop", branch: "release/2" },
      { kind: "codecommit", repository: arnOf(where, "codecommit", owner, "shop") },
      { kind: "s3" },
      { kind: "s3", key: "from/somewhere.zip" },
    ),
    fc
      .record(
        {
          branches: fc.constant<string[]>(["main", "release/*"]),
          paths: fc.constant<string[]>(["src/**"]),
          tags: fc.constant<string[]>(["v*"]),
          pullRequests: yesOrNo,
        },
        { requiredKeys: [] },
      )
      .map((triggers) => ({
        kind: "github" as const,
        connection: arnOf(where, "codeconnections", owner, "connection/1b2c"),
        repository: "acme/shop",
        ...triggers,
      })),
  );

/** What a pipeline does, whatever it is of. */
export const deliveryAt = (where: Region, owner: string): fc.Arbitrary<Given<"delivery">> =>
  fc.record(
    {
      source: sourceAt(where, owner),
      approval: yesOrNo,
      platforms: fc.constant(["linux/amd64" as const, "linux/arm64" as const]),
      dockerHub: fc.constantFrom(
        { username: "/hub/user", token: "/hub/token" },
        { username: "hub-user", token: arnOf(where, "secretsmanager", owner, "secret:hub-AbCdEf") },
      ),
      scan: fc.record({ severity }),
      buildTimeout: fc.constantFrom("5m" as const, "36h" as const),
      queuedTimeout: fc.constantFrom("5m" as const, "8h" as const),
      concurrent: fc.constantFrom(1, 100),
    },
    { requiredKeys: ["source"] },
  );

const id = (kind: string, at: number): string => `${kind}-0a1b2c3d4e5f6071${at}`;

/** What exists of an environment, from nothing to all of it; of names and ARNs both. */
export const existingIn = (where: Region, owner: string): fc.Arbitrary<GivenExisting> => {
  const arn = (of: string, resource: string): string => arnOf(where, of, owner, resource);
  const vpc = fc.constantFrom<string[][]>([], ["198.51.100.7", "198.51.100.8"]).map((natAddresses) => ({
    id: id("vpc", 0),
    publicSubnets: [id("subnet", 1), id("subnet", 2)],
    privateSubnets: [id("subnet", 3), id("subnet", 4), id("subnet", 5)],
    natAddresses,
  }));
  const cluster = fc.record({
    name: fc.constantFrom("platform", arn("ecs", "cluster/platform")),
    securityGroups: fc.subarray([id("sg", 1), id("sg", 2), id("sg", 3), id("sg", 4)]),
  });
  const balancer = fc.constant({
    arn: arn("elasticloadbalancing", "loadbalancer/app/platform/50dc6c495c0c9188"),
    securityGroup: id("sg", 6),
  });
  return fc.oneof(
    fc.constant<GivenExisting>({}),
    cluster.map(({ name }): GivenExisting => ({ cluster: { name } })),
    fc.record({ vpc, cluster: perhaps(cluster), balancer: perhaps(balancer) }).map(
      ({ vpc: net, cluster: on, balancer: before }): GivenExisting => ({
        vpc: net,
        ...(on && { cluster: on }),
        ...(before && { balancer: before }),
      }),
    ),
  );
};

/** A service that exists with what deploys it, by ARN or by name. */
const importedIn = (where: Region, owner: string): fc.Arbitrary<GivenExisting> => {
  const arn = (of: string, resource: string): string => arnOf(where, of, owner, resource);
  const roleArn = (name: string): string => globalArn(where, "iam", owner, `role/${name}`);
  const roles = { executionRole: roleArn("billing-starts") };
  return fc.constantFrom<GivenExisting>(
    {
      service: {
        ...roles,
        name: arn("ecs", "service/platform/billing"),
        taskFamily: arn("ecs", "task-definition/billing:42"),
        taskRole: roleArn("app/billing"),
      },
      codeDeploy: { application: arn("codedeploy", "application:Billing"), group: arn("codedeploy", "deploymentgroup:Billing/production") },
    },
    {
      cluster: { name: "platform" },
      service: { ...roles, name: "billing", taskFamily: "billing" },
      codeDeploy: { application: "Billing", group: "production", steps: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes" },
    },
  );
};

const reached = fc.constantFrom<Reached>("certificate and domain", "new zone", "zone", "zone and certificate");

interface StageNeeds {
  readonly place: number;
  readonly where: Region;
  readonly owner: string;
  readonly byPulumi: boolean;
  /** Whether the whole system takes what is in no network that exists: a database, CloudFront, a firewall. */
  readonly whole: boolean;
}

/** An environment that the pipeline deploys to. */
const stage = ({ place, where, owner, byPulumi, whole }: StageNeeds): fc.Arbitrary<GivenEnvironment> =>
  fc
    .record({
      cidr: addressesIn(place),
      kept: yesOrNo,
      how: reached,
      existing: whole
        ? fc.constant<GivenExisting>({})
        : fc.oneof(existingIn(where, owner), byPulumi ? fc.constant<GivenExisting>({}) : importedIn(where, owner)),
      application: yesOrNo,
    })
    .map(({ cidr, kept, how, existing, application }) => {
      const domain = `s${place}.shop.example.com`;
      const plain = { account: owner, regions: [where], protected: kept };
      if (existing.service) return { ...plain, domain, existing };
      const entry = existing.balancer
        ? reachedBy("certificate and domain", owner, [where], domain)
        : reachedBy(how, owner, [where], domain);
      const deployed = application && { codeDeploy: { application: "Shop" } };
      return { ...plain, cidr, ...entry, existing: { ...existing, ...deployed } };
    });

/** Systems C and E and what else one pipeline for several environments can be: by CodeDeploy or by Pulumi, into what is made or exists. */
export const pipelines: fc.Arbitrary<ConfigInput> = fc
  .record({
    names: suffixes(2, 5),
    home: account,
    accounts: fc.array(account, { minLength: 5, maxLength: 5 }),
    where: region,
    byPulumi: yesOrNo,
    whole: yesOrNo,
    leftOut: yesOrNo,
    inOneAccount: yesOrNo,
    registry: perhaps(fc.constantFrom("shop", "team/shop")),
  })
  .chain(({ names, home, accounts, where, ...given }) => {
    const [tools = "tools", ...stages] = names;
    const near = regions.filter((one) => partitionOf(one) === partitionOf(where));
    const stageAt = (at: number) =>
      (given.byPulumi ? fc.constantFrom(...near) : fc.constant(where)).chain((one) =>
        stage({ ...given, place: at + 1, where: one, owner: (given.inOneAccount ? undefined : accounts[at]) ?? home }),
      );
    return fc.record({
      given: fc.constant({ ...given, tools, home, where, stages }),
      common,
      service,
      arm: yesOrNo,
      environments: fc.tuple(...stages.map((name, at) => stageAt(at).map((one) => [name, one] as const))),
      delivery: deliveryAt(where, home),
      network,
      weights,
      database: given.whole ? perhaps(database) : fc.constant(undefined),
      firewall: given.whole ? perhaps(fc.constant({})) : fc.constant(undefined),
      audit: perhaps(fc.constantFrom({}, { keep: 90, logRetention: 1 as const })),
      encrypts: given.whole ? yesOrNo : fc.constant(false),
      directory: perhaps(fc.constantFrom(".", "infrastructure")),
      workflow: given.byPulumi ? perhaps(workflow) : fc.constant(undefined),
    });
  })
  .map(({ given: { tools, home, where, stages, byPulumi, leftOut, registry }, common: shared, environments, delivery, ...given }) => {
    const all: Given<"environments"> = {
      [tools]: { account: home, regions: [where], cidr: "10.0.0.0/16", ...(registry && { existing: { registry } }) },
      ...Object.fromEntries(environments),
    };
    const isTaken = environments.every(([, { existing }]) => existing?.vpc ?? existing?.service);
    // An environment may be no stage: then somebody else deploys to it.
    const reachedStages = leftOut && stages.length > 1 ? stages.slice(1) : stages;
    const pulumi = byPulumi && { pulumi: { ...stateIn(where, home), ...(given.directory && { directory: given.directory }) } };
    return {
      ...shared,
      engine: byPulumi ? "pulumi" : "cdk",
      services: {
        [given.service]: {
          health: "/health",
          encrypts: given.encrypts,
          compute: { kind: "ecs", architecture: given.arm ? "arm64" : "x86_64" },
        },
      },
      environments: all,
      network: fitted(given.network, { where: all, kind: "ecs", database: given.database !== undefined, isTaken }),
      ...(given.database && { database: given.database }),
      ...(given.firewall && { firewall: given.firewall }),
      ...(given.audit && { audit: given.audit }),
      ...(given.workflow && { workflow: { ...given.workflow, ...stateIn(where, home) } }),
      delivery: { ...delivery, home: tools, stages: reachedStages, ...pulumi },
      rollout: { weightHolder: "codedeploy", weights: given.weights },
    };
  });
