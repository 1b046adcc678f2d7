import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSuffix, limits, logicalId, type Named, nameOf, type Place } from "../../lib/aws/names.ts";
import { factsOf, regions } from "../../lib/aws/regions.ts";

const kinds = Object.keys(limits).filter((kind): kind is Named => kind in limits);

const place = (given: Partial<Place> = {}): Place => ({
  project: "shop",
  suffix: "production",
  region: "us-east-1",
  account: "111122223333",
  ...given,
});

const project = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,31}$/),
  fc.stringMatching(/^(internal|sg|aws|ssm|sthree|use1|a)(-[ab]|-use1){0,3}$/),
);
const suffix = fc.oneof(fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/), fc.stringMatching(/^(a|b|use1)(-a|-b|-use1){0,2}$/)).filter(isSuffix);
const region = fc.constantFrom(...regions);
const thing = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9/_. -]{1,60}$/),
  fc.stringMatching(/^(a|b|use1)(-a|-b|-use1|\/a){0,3}$/),
  fc.string({ minLength: 1 }),
);
const named = fc.record({ kind: fc.constantFrom(...kinds), project, suffix, region, thing });

const word = "[A-Za-z0-9]+(-[A-Za-z0-9]+)*";

/** What AWS takes, written a second time from its documents: the patterns of the API models where there is one. */
const awsTakes: Readonly<Record<Named, RegExp>> = {
  stack: /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/,
  bucket: /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$(?<!-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)/,
  "load-balancer": /^(?!internal-|-)[a-zA-Z0-9-]{1,32}(?<!-)$/,
  "target-group": /^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/,
  role: /^[a-z0-9_+=,.@-]{1,64}$/,
  "instance-profile": /^[a-z0-9_+=,.@-]{1,128}$/,
  function: /^[a-zA-Z0-9-_]{1,64}$/,
  "edge-function": /^[a-zA-Z0-9-_]{1,64}$/,
  "log-delivery": /^[\w-]{1,60}$/,
  cluster: /^[a-zA-Z0-9_-]{1,255}$/,
  service: /^[a-zA-Z0-9_-]{1,255}$/,
  "task-family": /^[a-zA-Z0-9_-]{1,255}$/,
  repository: /^(?=.{2,256}$)[a-z][a-z0-9]*([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
  "log-group": /^(?!\/?aws\/)[.\-_/#A-Za-z0-9]{1,512}$/,
  topic: /^[a-zA-Z0-9_-]{1,256}$/,
  queue: /^[a-zA-Z0-9_-]{1,80}$/,
  alarm: /^[a-zA-Z0-9_-]{1,255}$/,
  dashboard: /^[a-zA-Z0-9_-]{1,255}$/,
  pipeline: /^[A-Za-z0-9.@\-_]{1,100}$/,
  "build-project": /^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/,
  "deploy-application": /^[a-zA-Z0-9_-]{1,100}$/,
  "deploy-group": /^[a-zA-Z0-9_-]{1,100}$/,
  "code-repository": /^[\w.-]{1,100}$/,
  "db-instance": /^(?=.{1,63}$)[a-z](-?[a-z0-9]+)*$/,
  "db-subnet-group": /^(?=.{1,255}$)[a-z](-?[a-z0-9]+)*$/,
  "db-parameter-group": /^(?=.{1,255}$)[a-z](-?[a-z0-9]+)*$/,
  "db-proxy": /^(?=.{1,63}$)[a-z](-?[a-z0-9]+)*$/,
  secret: /^[A-Za-z0-9/_+=.@-]{1,512}$(?<!-[^-/]{6})/,
  parameter: /^(?!\/(aws|ssm|AWS|SSM))(?=.{1,940}$)(\/[a-zA-Z0-9_.-]+){1,15}$/,
  table: /^[a-zA-Z0-9_.-]{3,255}$/,
  "key-alias": /^(?!alias\/aws\/)(?=.{1,256}$)alias\/[a-zA-Z0-9/_-]+$/,
  "launch-template": /^[a-zA-Z0-9().\-/_]{3,128}$/,
  "auto-scaling-group": /^[a-zA-Z0-9_-]{1,255}$/,
  "event-rule": /^[.\-_A-Za-z0-9]{1,64}$/,
  "backup-vault": /^[a-zA-Z0-9\-_]{2,50}$/,
  "backup-plan": /^[a-zA-Z0-9\-_.]{1,50}$/,
  "web-acl": /^[\w-]{1,128}$/,
  "origin-access-control": /^[a-zA-Z0-9_-]{1,64}$/,
  "headers-policy": /^[a-zA-Z0-9_-]{1,64}$/,
  trail: /^(?=.{3,128}$)[a-zA-Z0-9]+([._-][a-zA-Z0-9]+)*$/,
  "security-group": /^(?!sg-)[a-z0-9 ._-]{1,255}$/,
};

describe("physical names", () => {
  it("A08: never change once a team has deployed them", () => {
    const names: readonly (readonly [Named, Place, string, string])[] = [
      ["service", place(), "web-blue", "shop-production-use1-web-blue"],
      ["bucket", place(), "artifacts", "shop-production-use1-artifacts-111122223333"],
      ["log-group", place({ region: "eu-west-1" }), "web", "/shop/production/euw1/web"],
      ["parameter", place(), "web/image", "/shop/production/use1/web/image"],
      ["secret", place(), "database", "shop/production/use1/database"],
      ["key-alias", place(), "data", "alias/shop-production-use1-data"],
      ["db-instance", place({ suffix: "staging" }), "main", "shop-staging-use1-main"],
      ["target-group", place({ project: "storefront" }), "web-green", "store-production-web-gr-tgar7fez"],
      ["load-balancer", place({ project: "internal", suffix: "prod" }), "web", "xinternal-prod-web-plpvmudf"],
      ["role", place({ project: "Shop" }), "web-task", "shop-production-web-task-z4bnp37e"],
      ["role", place({ suffix: "pre-prod" }), "web-task", "shop-pre-prod-web-task-jxhzovio"],
    ];
    expect(names.map(([kind, where, what]) => nameOf(kind, where, what))).toEqual(names.map(([, , , name]) => name));
  });

  it("A08: are such as AWS takes, whatever a project, suffix or thing is called", () => {
    fc.assert(
      fc.property(named, ({ kind, thing, ...where }) => {
        const name = nameOf(kind, place(where), thing);
        expect(name).toMatch(awsTakes[kind]);
        expect(
          name
            .split("/")
            .filter(Boolean)
            .every((part) => new RegExp(`^${word}$`).test(part)),
        ).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(kinds)("A08: of a %s keep AWS's limit, however long what they are made of is", (kind) => {
    expect(nameOf(kind, place({ project: "p".repeat(32), suffix: "s".repeat(12) }), "x".repeat(2000))).toMatch(awsTakes[kind]);
  });

  it("A08, D04: always have the whole suffix between separators", () => {
    fc.assert(
      fc.property(named, ({ kind, thing, ...where }) => {
        const lower = nameOf(kind, place(where), thing).toLowerCase();
        expect(lower).toMatch(new RegExp(`[-/]${where.suffix.toLowerCase()}[-/]`));
      }),
      { numRuns: 1000 },
    );
  });

  it("A08: differ when project, suffix, region or thing differ, also for services that do not tell A from a", () => {
    fc.assert(
      fc.property(named, named, (one, other) => {
        fc.pre(["project", "suffix", "region", "thing"].some((key) => Reflect.get(one, key) !== Reflect.get(other, key)));
        const names = [one, other].map(({ thing, ...where }) => nameOf(one.kind, place(where), thing));
        expect(names[0]).not.toBe(names[1]);
      }),
      { numRuns: 5000 },
    );
  });

  it.each<[string, readonly [Partial<Place>, string], readonly [Partial<Place>, string]]>([
    [
      "the hyphen is the project's or the suffix's",
      [{ project: "shop-eu", suffix: "prod" }, "web"],
      [{ project: "shop", suffix: "eu-prod" }, "web"],
    ],
    ["the region is the place's or the thing's", [{ project: "a", suffix: "b" }, "c-use1-d"], [{ project: "a-b-use1", suffix: "c" }, "d"]],
    ["only case differs", [{ project: "Shop" }, "web"], [{ project: "shop" }, "web"]],
    ["only the suffix's case differs", [{ suffix: "Prod" }, "web"], [{ suffix: "prod" }, "web"]],
    ["only a character differs that no name can have", [{}, "web_1"], [{}, "web 1"]],
    ["only the end differs, past the limit", [{}, `${"x".repeat(300)}1`], [{}, `${"x".repeat(300)}2`]],
    ["one thing is the other's clipped spelling", [{}, "web--1"], [{}, "web-1"]],
  ])("A08: differ when %s", (_, [firstPlace, firstThing], [secondPlace, secondThing]) => {
    for (const kind of kinds.filter((each) => !["log-group", "parameter", "secret"].includes(each)))
      expect(nameOf(kind, place(firstPlace), firstThing)).not.toBe(nameOf(kind, place(secondPlace), secondThing));
  });

  it("A08: say project, suffix, region and thing, without a hash, whenever there is room", () => {
    for (const each of regions) {
      const name = nameOf("target-group", place({ suffix: "prod", region: each }), "web-green");
      expect(name).toBe(`shop-prod-${factsOf(each).code}-web-green`);
    }
  });

  it("give what the project does not need to the thing, and the other way round", () => {
    const short = nameOf("target-group", place({ project: "a" }), "web-service-of-the-shop");
    const long = nameOf("target-group", place({ project: "the-storefront-of-the-company" }), "a");
    expect([short, long].map((name) => name.replace(/[a-z2-7]{8}$/, ""))).toEqual(["a-production-web-servic-", "the-storef-production-a-"]);
  });

  it.each<[Named, string, string]>([
    ["load-balancer", "internal", "xinternal-prod-"],
    ["security-group", "sg", "xsg-prod-"],
    ["bucket", "sthree", "xsthree-prod-"],
    ["log-group", "aws", "/xaws/prod/"],
    ["parameter", "Ssm-tools", "/xSsm-tools/prod/"],
  ])("of a %s keep out of what AWS reserves for itself", (kind, reserved, start) => {
    expect(nameOf(kind, place({ project: reserved, suffix: "prod" }), "web").slice(0, start.length)).toBe(start);
  });

  it("of parameters go no deeper than AWS allows", () => {
    expect(nameOf("parameter", place(), `${"a/".repeat(11)}b`)).toMatch(/^(\/[^/]+){15}$/);
    expect(() => nameOf("parameter", place(), `${"a/".repeat(13)}b`)).toThrow("no name for parameter");
  });

  it("of buckets end with the account, for they are unique in all of AWS", () => {
    expect(nameOf("bucket", place(), "x".repeat(80))).toMatch(/^shop-production-x+-[a-z2-7]{8}-111122223333$/);
  });

  it("of secrets do not end like the end of an ARN", () => {
    expect(nameOf("secret", place(), "web-secret")).toMatch(/^shop\/production\/web-secret-[a-z2-7]{8}$/);
  });

  it.each(["", "thirteen-long", "a--b", "-a", "a-", "ä", "a_b"])("refuse %j as a suffix, which could not stay whole", (bad) => {
    expect(isSuffix(bad)).toBe(false);
    expect(() => nameOf("role", place({ suffix: bad }), "web")).toThrow("suffix");
  });
});

describe("logical ids", () => {
  it.each([
    ["Network", "Vpc", "NetworkVpc"],
    ["Network", "Subnet/public-1", "NetworkSubnetPublic1"],
    ["Network", "Internet gateway", "NetworkInternetGateway"],
    ["Service/web", "TaskRole", "ServiceWebTaskRole"],
    ["Service", "web-api task role", "ServiceWebApiTaskRole"],
    ["Network", "public subnet 1", "NetworkPublicSubnet1"],
  ])("of %s/%s never change", (block, thing, id) => {
    expect(logicalId(block, thing)).toBe(id);
  });

  it("are refused where CloudFormation would refuse them", () => {
    expect(logicalId("Service", "a".repeat(248))).toMatch(/^ServiceAa{247}$/);
    expect(() => logicalId("Service", "a".repeat(249))).toThrow("up to 255 characters; this has 256");
  });

  it("are letters and digits, whatever a thing is called", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]{1,9}$/), fc.stringMatching(/^[a-z][a-z0-9._ /ä-]{0,60}$/), (block, name) => {
        expect(logicalId(block, name)).toMatch(/^[A-Za-z][A-Za-z0-9]*$/);
      }),
    );
  });
});
