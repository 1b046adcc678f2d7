import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { commitKey, commitTag } from "../../aws/tags.ts";
import { UserError } from "../../base/errors.ts";
import { addressVariable, secretVariables } from "../../plan/blocks/task-database.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { FoundDatabase } from "./place.ts";

/** How one version of the service runs: a revision of its task definition. */
export interface Revision {
  readonly arn: string;
  /** Undefined where the image is named by a tag, as the one that the service was made with. */
  readonly digest: string | undefined;
  readonly version: string;
  /** The revision of a deploy that it was made from. */
  readonly from: string | undefined;
  /** The release that it was made for, where a service tells its deployments apart by it. */
  readonly release: string | undefined;
}

/** What a release writes onto a revision's app, where whoever looks at the task in the console sees it too. */
const versionLabel = "sluice.version";
const fromLabel = "sluice.from";
/** Where a pipeline registers revisions too, from the newest one and its labels, a label is about the image beside which it stands. */
const [releaseLabel, imageLabel] = ["sluice.release", "sluice.image"];

/** The family of a revision's ARN. */
export const familyIn = (definitionArn: string): string => definitionArn.split("/").at(-1)?.split(":")[0] ?? "";

/** The revisions of one service. ECS never changes one: what a release makes stays beside those of deploys. */
export interface Revisions {
  /** The revision of this ARN, or the newest of this family. */
  read(arnOrFamily: string): Promise<Revision>;
  /** A revision that runs the artifact as the last deploy says, made unless the newest one is it; `release`: of that release alone. */
  of(artifact: Artifact, release?: string): Promise<Revision>;
}

interface Given {
  readonly ecs: ECSClient;
  /** The revision that the last deploy made, in which a release changes the image of this container and nothing else. */
  readonly definitionArn: string;
  readonly container: string;
  /** What a failover has brought: the app is told of it beside its new image. */
  readonly database?: FoundDatabase;
}

/** Reads and makes revisions. The deploy that follows makes one from the plan again, and the release after it starts from that. */
export function revisions({ ecs, definitionArn, container, database }: Given): Revisions {
  const whole = async (taskDefinition: string): Promise<Described> => {
    const { taskDefinition: found, tags = [] } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
    if (!found) throw new Error(`ECS told of no task definition ${taskDefinition}`);
    return { definition: found, tags };
  };
  const describe = async (arnOrFamily: string): Promise<TaskDefinition> => (await whole(arnOrFamily)).definition;
  const read = new Map<string, Revision>();
  const from = database ? `${definitionArn} with ${database.address}` : definitionArn;
  return {
    async read(arnOrFamily) {
      const found = read.get(arnOrFamily) ?? revisionOf(await describe(arnOrFamily), container);
      // ECS never changes what an ARN names; a family's newest is another one tomorrow.
      if (found.arn === arnOrFamily) read.set(arnOrFamily, found);
      return found;
    },
    async of(artifact, release) {
      const { definition: base, tags } = await whole(definitionArn);
      const newest = revisionOf(await describe(base.family ?? ""), container);
      const same = newest.digest === artifact.digest && newest.version === artifact.version && newest.release === release;
      if (same && newest.from === from) return newest;
      const labels = {
        [versionLabel]: artifact.version,
        [fromLabel]: from,
        ...(release !== undefined && { [releaseLabel]: release, [imageLabel]: artifact.file }),
      };
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({ ...withImage(base, container, artifact, labels, database), ...taggedFor(artifact, tags) }),
      );
      if (!taskDefinition) throw new Error("ECS registered no task definition");
      return revisionOf(taskDefinition, container);
    },
  };
}

/** A revision, and what only who asks for it is told. */
interface Described {
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/**
 * The tags of the deploy's revision, and the commit (C14). Those that begin with `aws:` are AWS's own to give (Amazon ECS Developer Guide,
 * "Tagging Amazon ECS resources"), and it refuses an empty list.
 */
function taggedFor({ version }: Artifact, given: readonly Tag[]): { readonly tags?: Tag[] } {
  const commit = commitTag(version);
  const kept = given.filter(({ key = "" }) => !key.startsWith("aws:") && key !== commitKey);
  const tags = [...kept, ...(commit ? [{ key: commit.Key, value: version }] : [])];
  return tags.length > 0 ? { tags } : {};
}

function revisionOf(definition: TaskDefinition, container: string): Revision {
  const { image = "", dockerLabels = {} } = appOf(definition, container);
  const [, digest] = image.split("@sha256:");
  const labels = (dockerLabels[imageLabel] ?? image) === image ? dockerLabels : {};
  const version = labels[versionLabel] ?? image.split(/[@:]/).at(-1) ?? "";
  return { arn: definition.taskDefinitionArn ?? "", digest, version, from: labels[fromLabel], release: labels[releaseLabel] };
}

function appOf({ containerDefinitions = [], taskDefinitionArn }: TaskDefinition, container: string): ContainerDefinition {
  const found = containerDefinitions.find(({ name }) => name === container);
  if (found) return found;
  throw new UserError(
    "world/changed",
    `the task definition ${taskDefinitionArn} has no container "${container}"`,
    "run sluice deploy, which makes one, then release again",
  );
}

/** As the plan tells an app of its database where it is from the first day. */
function tellingOf({ environment = [], secrets = [] }: ContainerDefinition, { address, secretArn }: FoundDatabase) {
  const others = <T extends { readonly name?: string | undefined }>(all: readonly T[], named: readonly string[]) =>
    all.filter(({ name = "" }) => !named.includes(name));
  const ours = Object.entries(secretVariables).map(([name, key]) => ({ name, valueFrom: `${secretArn}:${key}::` }));
  return {
    environment: [...others(environment, [addressVariable]), { name: addressVariable, value: address }],
    secrets: [...others(secrets, Object.keys(secretVariables)), ...ours],
  };
}

/** What ECS tells of a definition and does not take back is left out (ECS API reference, TaskDefinition and RegisterTaskDefinition). */
function withImage(
  base: TaskDefinition,
  container: string,
  { file: image }: Artifact,
  labels: Readonly<Record<string, string>>,
  database?: FoundDatabase,
) {
  const app = appOf(base, container);
  const labelled = { ...app, ...(database && tellingOf(app, database)), image, dockerLabels: { ...app.dockerLabels, ...labels } };
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    deregisteredAt: _until,
    deleteRequestedAt: _deleted,
    family,
    containerDefinitions = [],
    ...rest
  } = base;
  return { ...rest, family, containerDefinitions: containerDefinitions.map((one) => (one === app ? labelled : one)) };
}
