import { createHash } from "node:crypto";
import { factsOf, type Region, regions } from "./regions.ts";

/** Where a named thing is: what its name says besides the thing itself. */
export interface Place {
  readonly project: string;
  /** The environment's suffix (A08), by default its name; see `isSuffix`. */
  readonly suffix: string;
  readonly region: Region;
  /** 12 digits. Only names that are unique in all of AWS carry it. */
  readonly account: string;
}

interface Limit {
  readonly max: number;
  /** What AWS accepts, where it is narrower than letters, digits and single hyphens. */
  readonly accepts?: RegExp;
  /** AWS stores the name in lower case, wants it so, or does not tell `A` from `a`. */
  readonly lower?: true;
  /** `hyphens` when absent. */
  readonly style?: "path" | "rooted-path" | "alias" | "with-account";
}

/** AWS's limits by kind of resource, from the API reference of each service; ADR 0007 has the grammar. */
export const limits = {
  /** AWS CloudFormation, CreateStack: starts with a letter. */
  stack: { max: 128 },
  /** Amazon S3 User Guide, "General purpose bucket naming rules". */
  bucket: { max: 63, lower: true, style: "with-account", accepts: /^(?!sthree-|amzn-s3-demo-)/ },
  /** Elastic Load Balancing, CreateLoadBalancer. */
  "load-balancer": { max: 32, accepts: /^(?!internal-)/i },
  /** Elastic Load Balancing, CreateTargetGroup. */
  "target-group": { max: 32 },
  /** IAM, CreateRole: "Names are not distinguished by case". */
  role: { max: 64, lower: true },
  /** IAM, CreateInstanceProfile. */
  "instance-profile": { max: 128, lower: true },
  /** AWS Lambda, CreateFunction: the name alone. */
  function: { max: 64 },
  /** Amazon ECS, CreateCluster, CreateService, RegisterTaskDefinition. */
  cluster: { max: 255 },
  service: { max: 255 },
  "task-family": { max: 255 },
  /** Amazon ECR, CreateRepository. */
  repository: { max: 256, lower: true },
  /** CloudWatch Logs, CreateLogGroup: `/aws/` is where AWS's services write. */
  "log-group": { max: 512, style: "rooted-path", accepts: /^(?!\/aws\/)/ },
  /** Amazon SNS, CreateTopic. */
  topic: { max: 256 },
  /** Amazon SQS, CreateQueue. */
  queue: { max: 80 },
  /** CloudWatch, PutMetricAlarm, PutDashboard. */
  alarm: { max: 255 },
  dashboard: { max: 255 },
  /** AWS CodePipeline, PipelineDeclaration. */
  pipeline: { max: 100 },
  /** AWS CodeBuild, CreateProject. */
  "build-project": { max: 150 },
  /** AWS CodeDeploy, CreateApplication, CreateDeploymentGroup. */
  "deploy-application": { max: 100 },
  "deploy-group": { max: 100 },
  /** AWS CodeCommit, CreateRepository. */
  "code-repository": { max: 100 },
  /** Amazon RDS, CreateDBInstance and the like: stored in lower case, no two hyphens, none at the end. */
  "db-instance": { max: 63, lower: true },
  "db-subnet-group": { max: 255, lower: true },
  "db-parameter-group": { max: 255, lower: true },
  "db-proxy": { max: 63, lower: true },
  /** AWS Secrets Manager, CreateSecret: a hyphen and six characters at the end look like the end of an ARN. */
  secret: { max: 512, style: "path", accepts: /(?<!-[^/]{6})$/ },
  /** Systems Manager, PutParameter: 1011 with the ARN's start before it, 15 levels. */
  parameter: { max: 940, style: "rooted-path", accepts: /^(?!\/(aws|ssm))(\/[^/]+){1,15}$/i },
  /** Amazon DynamoDB, "Naming rules". */
  table: { max: 255 },
  /** AWS KMS, CreateAlias. */
  "key-alias": { max: 256, style: "alias" },
  /** Amazon EC2, CreateLaunchTemplate. */
  "launch-template": { max: 128 },
  /** Amazon EC2 Auto Scaling, CreateAutoScalingGroup. */
  "auto-scaling-group": { max: 255 },
  /** Amazon EventBridge, PutRule. */
  "event-rule": { max: 64 },
  /** AWS Backup, CreateBackupVault, BackupPlanInput. */
  "backup-vault": { max: 50 },
  "backup-plan": { max: 50 },
  /** AWS WAFV2, CreateWebACL. */
  "web-acl": { max: 128 },
  /** Amazon CloudFront, OriginAccessControlConfig; for headers policies no limit is written, so the same. */
  "origin-access-control": { max: 64 },
  "headers-policy": { max: 64 },
  /** Amazon CloudFront, CreateFunction, CreateKeyValueStore. */
  "edge-function": { max: 64 },
  /** CloudWatch Logs, PutDeliverySource, PutDeliveryDestination. */
  "log-delivery": { max: 60 },
  /** AWS CloudTrail, CreateTrail: no adjacent hyphens. */
  trail: { max: 128 },
  /** Amazon EC2, CreateSecurityGroup: not distinguished by case. */
  "security-group": { max: 255, lower: true, accepts: /^(?!sg-)/ },
} as const satisfies Record<string, Limit>;

/** A kind of thing whose physical names have limits in AWS that we know. */
export type Named = keyof typeof limits;

/** Whether a text may be an environment's suffix: short enough to stay whole in 32 characters. */
export function isSuffix(text: string): boolean {
  return text.length <= 12 && /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(text);
}

interface Parts {
  readonly project: string;
  readonly suffix: string;
  readonly code: string;
  readonly thing: string;
}

/**
 * The physical name of a thing. The same name for the same arguments for ever (ADR 0007), and different arguments never share one:
 * what a name cannot say because of its length, alphabet or case, the hash at its end says.
 */
export function nameOf(kind: Named, place: Place, thing: string): string {
  if (!isSuffix(place.suffix))
    throw new RangeError(`"${place.suffix}" cannot be a suffix: 1 to 12 letters and digits, hyphens between them`);
  if (thing === "") throw new RangeError(`a ${kind} needs a name for the thing itself`);
  const limit: Limit = limits[kind];
  const given: Parts = { project: place.project, suffix: place.suffix, code: factsOf(place.region).code, thing };
  const spelled = spell(given, limit);
  const end = limit.style === "with-account" ? `-${place.account}` : "";
  const room = limit.max - end.length;
  const fits = (name: string): boolean => name.length <= room && (limit.accepts?.test(name) ?? true);
  const whole = reads(spelled, given, limit) ? plain(spelled, limit) : undefined;
  if (whole !== undefined && fits(whole)) return whole + end;
  const hash = hashOf([given.project, given.suffix, given.code, given.thing].join("/"));
  // Only a project that starts as something of AWS's own needs the second.
  const names = [clipped(spelled, hash, limit, room), clipped({ ...spelled, project: `x${spelled.project}` }, hash, limit, room)];
  const name = names.find(fits);
  if (name !== undefined) return name + end;
  throw new Error(`no name for ${kind} ${JSON.stringify(given)}`);
}

/** The parts in the letters that every service accepts. */
function spell({ project, suffix, code, thing }: Parts, limit: Limit): Parts {
  const inCase = (text: string): string => (limit.lower ? text.toLowerCase() : text);
  const words = (text: string): string => inCase(text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, ""));
  const segments = isPath(limit) ? thing.split("/") : [thing];
  return {
    project: words(project),
    suffix: inCase(suffix),
    code,
    thing: segments
      .map(words)
      .filter((segment) => segment !== "")
      .join("/"),
  };
}

const isPath = ({ style }: Limit): boolean => style === "path" || style === "rooted-path";

const codes = new Set(regions.map((region) => factsOf(region).code));

/** Whether the parts can be read back from the plain name, so that no others have the same. */
function reads(spelled: Parts, given: Parts, limit: Limit): boolean {
  if (spelled.project !== given.project || spelled.suffix !== given.suffix || spelled.thing !== given.thing) return false;
  const segments = [...given.project.split("-"), ...given.thing.split("-")];
  return isPath(limit) || !(given.suffix.includes("-") || segments.some((segment) => codes.has(segment)));
}

function plain({ project, suffix, code, thing }: Parts, limit: Limit): string {
  return join([project, suffix, code, thing], limit);
}

function clipped({ project, suffix, thing }: Parts, hash: string, limit: Limit, max: number): string {
  const room = max - join(["", suffix, `-${hash}`], limit).length;
  const half = Math.floor(room / 2);
  const forThing = Math.max(room - half, room - project.length);
  const shortThing = clip(thing, forThing);
  const shortProject = clip(project, room - shortThing.length);
  return join([shortProject, suffix, shortThing === "" ? hash : `${shortThing}-${hash}`], limit);
}

const clip = (text: string, length: number): string => text.slice(0, length).replace(/[-/]+$/, "");

function join(parts: readonly string[], { style }: Limit): string {
  if (style === "path") return parts.join("/");
  if (style === "rooted-path") return `/${parts.join("/")}`;
  return `${style === "alias" ? "alias/" : ""}${parts.join("-")}`;
}

/** 40 bits of SHA-256 in the alphabet of RFC 4648's base 32, in lower case. */
function hashOf(text: string): string {
  const bits = createHash("sha256").update(text).digest().readUIntBE(0, 5).toString(2).padStart(40, "0");
  return (bits.match(/.{5}/g) ?? []).map((five) => "abcdefghijklmnopqrstuvwxyz234567".charAt(Number.parseInt(five, 2))).join("");
}

/** A word as it begins, or goes on, in a name in PascalCase. */
export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * The logical id of a thing of a block: the words of both in PascalCase, as in NetworkPublicSubnet1. Words alone do not keep ids apart
 * (`web-api` and `web api` are one id), so whoever adds a resource refuses an id that is taken (ADR 0007).
 */
export function logicalId(block: string, thing: string): string {
  const words = `${block} ${thing}`.split(/[^A-Za-z0-9]+/).map(capitalised);
  const id = words.join("");
  if (id.length > 255)
    throw new RangeError(`CloudFormation takes logical ids of up to 255 characters; this has ${id.length}: ${id.slice(0, 60)}…`);
  return id;
}
