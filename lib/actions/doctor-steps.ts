import { arnOf, parseArn } from "../aws/arns.ts";
import { consoleOf, dnsSuffix, isRegion, type Region } from "../aws/regions.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/schema/environment.ts";
import type { Service } from "../config/schema/service.ts";
import { references } from "../plan/as-template.ts";
import { seedTag } from "../plan/blocks/tasks.ts";
import { physicalName } from "../plan/physical-name.ts";
import type { Plan, Resource, Stack, Type } from "../plan/template.ts";
import { quotaSteps } from "./doctor-quotas.ts";
import { bootstrap, pulumiState } from "./doctor-setup.ts";
import type { Ground, Step } from "./doctor-step.ts";
import { secretsOf } from "./secrets-of.ts";

/** Every step that a person must take before a first deploy can end well, in the order in which they come up (X11). Asks AWS nothing. */
export function stepsOf(plan: Plan, config: Config): readonly Step[] {
  const environment = config.environments.find(({ name }) => name === plan.environment);
  if (!environment) throw new Error(`the configuration has no environment ${plan.environment}, and there is a plan of it`);
  const grounds = groundsOf(plan, config, environment);
  const each = (steps: (ground: Ground) => readonly Step[]) => grounds.flatMap(steps);
  return [
    ...(config.engine === "cdk" ? each(bootstrap) : pulumiState(config)),
    ...secretSteps(plan, config),
    ...connection(config),
    ...link(environment),
    ...each(quotaSteps),
    ...each(certificate),
    ...delegation(grounds),
    ...each(seed),
    ...each(confirmations),
  ];
}

function groundsOf({ stacks }: Plan, config: Config, environment: Environment): readonly Ground[] {
  return [...Map.groupBy(stacks, ({ account, region }) => `${account}/${region}`).values()].flatMap((members) => {
    const [first] = members;
    if (!first || !isRegion(first.region)) return [];
    return [{ account: first.account, region: first.region, stacks: members, config, environment }];
  });
}

/** AWS Transit Gateway guide, "Share your transit gateways": a way through an attachment that waits to be accepted cannot be made. */
function link({ account, regions: [region], link: linked }: Environment): readonly Step[] {
  if (!linked || region === undefined) return [];
  const { transitGateway } = linked;
  return [
    {
      id: `link ${transitGateway} ${account}`,
      what: `the transit gateway ${transitGateway} is shared with ${account} and accepts its attachments by itself`,
      hint: "",
      question: { kind: "transit gateway", region, account, id: transitGateway },
      run: [
        `aws ec2 describe-transit-gateways --region ${region} --transit-gateway-ids ${transitGateway} --query "TransitGateways[].Options.AutoAcceptSharedAttachments"`,
      ],
    },
  ];
}

function secretSteps(plan: Plan, config: Config): readonly Step[] {
  return secretsOf(config, plan).flatMap(({ name, references }) =>
    references.map((reference) => ({
      id: `secret ${name} ${reference.region}`,
      what: `the secret ${name} is kept as ${reference.where} in ${reference.region} of ${reference.account}`,
      hint: "",
      question: { kind: "secret" as const, region: reference.region, reference },
      run: [`sluice secret set ${plan.environment} ${name}`],
    })),
  );
}

/** A connection is made by anything, and waits until a person has shaken hands with GitHub (CodeConnections, "Update a pending connection"). */
function connection({ delivery }: Config): readonly Step[] {
  if (delivery?.source.kind !== "github") return [];
  const { connection: arn, repository } = delivery.source;
  // It can be in another region than the pipeline.
  const parsed = parseArn(arn);
  const region = "arn" in parsed ? parsed.arn.region : "";
  if (!isRegion(region)) return [];
  return [
    {
      id: `connection ${repository}`,
      what: `the connection to ${repository} is AVAILABLE, its handshake done`,
      hint: "",
      question: { kind: "connection", region, arn },
      run: [
        `aws codeconnections get-connection --connection-arn ${arn} --region ${region} --query Connection.ConnectionStatus`,
        `${consoleOf(region)}/codesuite/settings/connections`,
      ],
    },
  ];
}

function certificate({ account, region, stacks, environment: { name, certificate: arn, domain = "" } }: Ground): readonly Step[] {
  const isHere = arn?.split(":")[3] === region;
  const given: readonly Step[] =
    arn !== undefined && isHere
      ? [
          {
            id: `certificate ${region}`,
            what: `the certificate of ${domain === "" ? name : domain} is ISSUED`,
            hint: "",
            question: { kind: "certificate", region, arn },
            run: [`aws acm describe-certificate --certificate-arn ${arn} --region ${region} --query Certificate.Status`],
          },
        ]
      : [];
  if (ofType(stacks, "AWS::CertificateManager::Certificate").length === 0) return given;
  return [
    ...given,
    {
      // CloudFront's own is made beside that of the load balancer.
      id: isHere ? `certificate of CloudFront ${region}` : `certificate ${region}`,
      what: `the certificate of ${domain} is validated`,
      question: { kind: "certificate of", region, account, domain },
      hint: `the deploy makes it and waits until the world finds its record in the zone of ${domain}`,
      run: [`aws acm list-certificates --region ${region} --query "CertificateSummaryList[?DomainName=='${domain}'].Status"`],
    },
  ];
}

/** The zone of an environment is one, whatever its regions: where it is made, or that of the first, whence it is asked about. */
function delegation(grounds: readonly Ground[]): readonly Step[] {
  const maker = grounds.find(({ stacks }) => ofType(stacks, "AWS::Route53::HostedZone").length > 0);
  const ground = maker ?? grounds.find(({ region, environment: { regions } }) => region === regions[0]);
  if (!ground) return [];
  const { account, region, environment } = ground;
  const { domain, zone } = environment;
  if (domain === undefined || zone === undefined) return [];
  const isNew = maker !== undefined;
  const given = isNew
    ? `ZONE=$(aws route53 list-hosted-zones-by-name --dns-name ${domain} --max-items 1 --query "HostedZones[0].Id" --output text)`
    : `ZONE=${zone}`;
  return [
    {
      id: `delegation ${domain} ${region}`,
      what: isNew ? `whoever holds the zone above ${domain} delegates it` : `${domain} leads to the zone ${zone}`,
      question: isNew ? { kind: "zone of", region, account, domain } : { kind: "zone", region, account, domain, zone },
      hint: isNew ? `the deploy makes the zone; the zone above it gets its name servers as NS records of ${domain}` : "",
      run: [
        given,
        "aws route53 get-hosted-zone --id $ZONE --query DelegationSet.NameServers",
        // The zone can be that of a name above the domain, which has no name servers of its own then.
        "dig +short NS $(aws route53 get-hosted-zone --id $ZONE --query HostedZone.Name --output text)",
      ],
    },
  ];
}

/** A service whose image is not there never settles, so one must be in its registry before the first release. */
function seed({ config: { services }, ...ground }: Ground): readonly Step[] {
  const [first, ...others] = services;
  const theirs = new Set(others.map(({ name }) => name));
  // The registry of the first service is in the base, for it may be another account's or exist.
  const shared = ground.stacks.filter(({ part }) => !theirs.has(part));
  return [
    ...seedOf(first, `seed ${ground.region}`, { ...ground, stacks: shared }),
    ...others.flatMap((one) =>
      seedOf(one, `seed ${one.name} ${ground.region}`, { ...ground, stacks: ground.stacks.filter(({ part }) => part === one.name) }),
    ),
  ];
}

function seedOf({ compute, port, health }: Service, id: string, { account, region, stacks }: Omit<Ground, "config">): readonly Step[] {
  const uri = registryUri(stacks, account, region);
  if (uri === undefined || compute?.kind !== "ecs") return [];
  const [registry = "", ...name] = uri.split("/");
  const [keeper = ""] = registry.split(".");
  return [
    {
      id,
      what: `an image with the tag ${seedTag} is in ${uri}`,
      question: { kind: "image", region, registry: keeper, repository: name.join("/"), tag: seedTag },
      hint: `any image that answers GET ${health} on port ${port}; push it as soon as the registry is there: the service waits for it`,
      run: [
        `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}`,
        `docker build --platform linux/${compute.architecture === "arm64" ? "arm64" : "amd64"} --tag ${uri}:${seedTag} .`,
        `docker push ${uri}:${seedTag}`,
      ],
    },
  ];
}

/** The registry that the plan makes, or an existing one, whose address is known. */
function registryUri(stacks: readonly Stack[], account: string, region: Region): string | undefined {
  const known = stacks.flatMap(({ outputs }) => outputs).find(({ name }) => name === "RegistryUri")?.value;
  if (typeof known === "string") return known;
  const [made] = ofType(stacks, "AWS::ECR::Repository");
  const name = made && physicalName(made);
  return name === undefined ? undefined : `${account}.dkr.ecr.${region}.${dnsSuffix(region)}/${name}`;
}

/** AWS writes to each address once, with a link that only its reader can follow (SNS Developer Guide, "Email notifications"). */
function confirmations({ account, region, stacks }: Ground): readonly Step[] {
  return stacks.flatMap((stack) =>
    ofType([stack], "AWS::SNS::Topic").flatMap((topic) => {
      const name = physicalName(topic);
      if (name === undefined) throw new Error(`the topic ${topic.id} has no name`);
      const arn = arnOf(region, "sns", account, name);
      return addressesOf(topic, stack).map((address) => ({
        id: `confirmation ${address} ${name}`,
        what: `${address} has confirmed ${name} by the link in AWS's mail`,
        question: { kind: "subscription" as const, region, account, topic: arn, endpoint: address },
        hint: "AWS writes during the deploy; unconfirmed, nobody there hears of an alarm",
        run: [`aws sns list-subscriptions-by-topic --region ${region} --topic-arn ${arn}`],
      }));
    }),
  );
}

function addressesOf(topic: Resource, stack: Stack): readonly string[] {
  return ofType([stack], "AWS::SNS::Subscription")
    .filter(({ properties }) => Reflect.get(properties, "Protocol") === "email" && references(properties).has(topic.id))
    .map(({ properties }) => String(Reflect.get(properties, "Endpoint")));
}

/** The resources of a type, in all of the stacks. */
export function ofType(stacks: readonly Stack[], type: Type): readonly Resource[] {
  return stacks.flatMap(({ resources }) => resources.filter((resource) => resource.type === type));
}
